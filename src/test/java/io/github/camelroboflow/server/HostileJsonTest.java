package io.github.camelroboflow.server;

import static io.github.camelroboflow.server.LimitedServer.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.server.fixture.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON that costs a server more than its sender, over a socket. */
class HostileJsonTest {

    private static final String MANY = "{},".repeat(200_000) + "{}";

    private final LimitedServer server = new LimitedServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private int start() throws IOException {
        return server.start(ServerSettings.Keys.NONE, 0, 20_000_000, 5, 10, Duration.ofSeconds(60), Duration.ofSeconds(60));
    }

    private static Wire.Response infer(int port, String json) {
        return Wire.ask(port, "POST", "/infer/object_detection", LimitedServer.TEXT, json.getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"image\":[", "\"unknown\":[",
            "\"image\":{\"type\":\"base64\",\"value\":\"aGVsbG8=\"},\"class_filter\":["})
    void aLargeNumberOfSmallValuesIsRefused(String name) throws IOException {
        int port = start();

        Wire.Response refused = infer(port, "{\"model_id\":\"parts/1\"," + name + MANY + "]}");

        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.text()).contains("fewer images");
        assertThat(post(port, "").status()).isEqualTo(200);
    }

    @Test
    void jsonWithoutEndToItsDepthIsRefused() throws IOException {
        int port = start();

        assertThat(infer(port, "{\"image\":" + "[".repeat(100_000)).status()).isEqualTo(413);
    }

    @Test
    void aVeryLongNumberIsRefusedAtOnce() throws IOException {
        int port = start();

        Wire.Response refused = infer(port, "{\"model_id\":\"parts/1\",\"image\":{\"type\":\"base64\",\"value\":\"aGVsbG8=\"},"
                + "\"confidence\":\"" + "1".repeat(1_000_000) + "x\"}");

        assertThat(refused.status()).isEqualTo(422);
    }
}
