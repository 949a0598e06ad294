package io.github.camelroboflow.server;

import static io.github.camelroboflow.server.LimitedServer.BODY;
import static io.github.camelroboflow.server.LimitedServer.client;
import static io.github.camelroboflow.server.LimitedServer.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.server.fixture.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys, rates and unauthenticated clients, over a socket. */
class ServerAccessIT {

    private final LimitedServer server = new LimitedServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aKeyIsTakenFromTheQueryBeforeTheHeader() throws IOException {
        int port = server.start(ServerSettings.of("localhost", 0, new ServerSettings.Keys(List.of("one", "two"))));
        String[] bearer = {"Authorization: Bearer two", "Content-Type: text/plain"};

        assertThat(post(port, "?api_key=one").status()).isEqualTo(200);
        assertThat(Wire.ask(port, "POST", "/parts/1", bearer, BODY).status()).isEqualTo(200);
        assertThat(Wire.ask(port, "POST", "/parts/1?api_key=", bearer, BODY).status()).isEqualTo(200);
        assertThat(Wire.ask(port, "POST", "/parts/1?api_key=wrong", bearer, BODY).status()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?api_key=", "?api_key=wrong", "?api_key=on", "?api_key=one%00", "?api_key=%20one"})
    void aClientWithoutAKeyIsRefusedInRoboflowsWords(String query) throws IOException {
        int port = server.start(ServerSettings.of("localhost", 0, new ServerSettings.Keys(List.of("one"))));
        Wire.Response response = post(port, query);

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.json().path("message").asText()).startsWith("Unauthorized access to roboflow API - check API key");
    }

    @Test
    void aKeyThatIsUsedTooOftenHasToWaitAndOthersDoNot() throws IOException {
        int port = server.start(new ServerSettings.Keys(List.of("one", "two")), 0.01, 1000, 10, 10, Duration.ofSeconds(60),
                Duration.ofSeconds(60));

        assertThat(post(port, "?api_key=one").status()).isEqualTo(200);
        Wire.Response second = post(port, "?api_key=one");
        assertThat(second.status()).isEqualTo(429);
        assertThat(second.headers()).containsEntry("retry-after", "100");
        assertThat(post(port, "?api_key=two").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{\"api_key\":\"one\"}|422", "{\"api_key\":\"wrong\"}|401", "{\"api_key\":1}|401",
                                         "{\"a\":{\"api_key\":\"one\"}}|401", "{\"a\":[{}],\"api_key\":\"one\"}|422",
                                         "{\"api_key\":\"one\",\"api_key\":\"\"}|401", "[\"api_key\"]|401",
                                         "{\"api_key|422", "[|401"})
    void aKeyInTheBodyIsTheOneOfTheOutermostObject(String body, int status) throws IOException {
        int port = server.start(ServerSettings.of("localhost", 0, new ServerSettings.Keys(List.of("one"))));

        assertThat(Wire.ask(port, "POST", "/infer/object_detection", "application/json", body.getBytes(StandardCharsets.US_ASCII))
                .status()).isEqualTo(status);
    }

    /** Starts a server with a key. Opens as many requests of clients without a key as the server accepts. */
    private void withUnauthenticatedClients(String line, int requests, Consumer<Integer> check) throws IOException {
        int port = server.start(new ServerSettings("localhost", 0, new ServerSettings.Keys(List.of("one")), 0, 1000, requests, 100,
                Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ZERO, true));
        List<Wire> unauthenticated = new ArrayList<>();
        try {
            for (int i = 0; i < 2 * requests; i++) {
                Wire wire = new Wire(port);
                unauthenticated.add(wire);
                wire.send(line + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n");
            }
            await().until(() -> server.requests() == requests / 2);
            check.accept(port);
        } finally {
            unauthenticated.forEach(Wire::close);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST /infer/object_detection", "GET /models"})
    void clientsWithoutAKeyDoNotBlockClientsWithAKey(String line) throws IOException {
        withUnauthenticatedClients(line, 4, port -> assertThat(post(port, "?api_key=one").status()).isEqualTo(200));
    }

    @Test
    void aClientWithTheKeyInTheBodyCountsAsAuthenticated() throws IOException {
        server.models.holds();
        int port = server.start(ServerSettings.of("localhost", 0, new ServerSettings.Keys(List.of("one"))));
        byte[] body = "{\"api_key\":\"one\",\"model_id\":\"parts/1\",\"image\":{\"type\":\"base64\",\"value\":\"aGVsbG8=\"}}"
                .getBytes(StandardCharsets.US_ASCII);
        List<CompletableFuture<Wire.Response>> waiting = new ArrayList<>();
        for (int i = 0; i < LimitedServer.STANDARD.maxRequests(); i++) {
            waiting.add(client(() -> Wire.ask(port, "POST", "/infer/object_detection", "application/json", body)));
            int begun = i + 1;
            await().until(() -> server.models.held.size() == begun);
        }
        server.models.release();

        assertThat(waiting).allSatisfy(answer -> assertThat(answer.get().status()).isEqualTo(200));
    }
}
