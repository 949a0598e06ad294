package io.github.camelroboflow.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelroboflow.server.fixture.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Compares the description of each request in {@code /openapi.json} with the answer of the server. */
class ServerDescriptionTest {

    private static final byte[] NOTHING = "{}".getBytes(StandardCharsets.US_ASCII);

    private final LimitedServer server = new LimitedServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void itListsTheKeysAndStatusesOfEachRequest() throws IOException {
        int port = server.start(new ServerSettings.Keys(List.of("k1")), 0, 1000, 5, 10, Duration.ofSeconds(60),
                Duration.ofSeconds(60));
        JsonNode description = Wire.ask(port, "GET", "/openapi.json", LimitedServer.TEXT, null).json();

        description.path("paths").fields().forEachRemaining(path -> path.getValue().fields().forEachRemaining(operation -> {
            String method = operation.getKey().toUpperCase(Locale.ROOT);
            int status = Wire.ask(port, method, path.getKey().replace("{", "").replace("}", ""), LimitedServer.TEXT, NOTHING)
                    .status();

            assertThat(status != 401).as(path.getKey()).isEqualTo(isOpen(operation.getValue().path("security")));
            assertThat(operation.getValue().path("responses").fieldNames()).toIterable().as(path.getKey())
                    .contains(String.valueOf(status));
        }));
    }

    /** Returns whether no key is needed: for an empty list, or a list with an empty alternative. The default needs a key. */
    private static boolean isOpen(JsonNode security) {
        return security.isArray()
                && (security.isEmpty() || StreamSupport.stream(security.spliterator(), false).anyMatch(JsonNode::isEmpty));
    }
}
