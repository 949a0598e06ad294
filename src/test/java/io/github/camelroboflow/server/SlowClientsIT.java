package io.github.camelroboflow.server;

import static io.github.camelroboflow.server.LimitedServer.client;
import static io.github.camelroboflow.server.LimitedServer.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.server.fixture.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The timeouts of a server for slow clients, over a socket. */
class SlowClientsIT {

    private final LimitedServer server = new LimitedServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "POST /pa", "POST /parts/1 HTTP/1.1\r\nHost: localhost\r\n",
                            "POST /parts/1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8\r\n\r\naG"})
    void aClientThatNeverFinishesItsRequestIsDisconnected(String sent) throws IOException {
        int port = server.start(ServerSettings.Keys.NONE, 0, 1000, 5, 10, Duration.ofMillis(300), Duration.ofMillis(300));
        try (Wire wire = new Wire(port)) {
            wire.send(sent);

            assertThat(wire.ends()).isTrue();
        }
        await().until(() -> server.requests() == 0);
    }

    @Test
    void aClientThatSendsAByteNowAndThenIsDisconnectedToo() throws IOException {
        int port = server.start(ServerSettings.Keys.NONE, 0, 1000, 5, 10, Duration.ofMillis(600), Duration.ofSeconds(60));
        try (Wire wire = new Wire(port)) {
            wire.send("POST /parts/1 HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
            assertThatThrownBy(() -> await().pollInterval(Duration.ofMillis(50)).atMost(Duration.ofSeconds(20)).until(() -> {
                wire.send("a");
                return false;
            })).hasRootCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void aClientThatWaitsForASlowModelIsNotDisconnected() throws IOException {
        server.models.holds();
        int port = server.start(ServerSettings.Keys.NONE, 0, 1000, 5, 10, Duration.ofSeconds(1), Duration.ofSeconds(1));
        CompletableFuture<Wire.Response> waiting = client(() -> post(port, ""));

        await().until(() -> server.models.held.size() == 1);
        await().during(Duration.ofSeconds(2)).until(() -> !server.models.held.get(0).isCancelled());
        server.models.release();
        assertThat(waiting.join().status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"GET /info, POST /parts/1", "POST /parts/1, GET /info", "POST /parts/1, GET /none"})
    void aClientThatWaitsForASlowModelAndAnotherRequestIsNotDisconnected(String first, String second) throws IOException {
        server.models.holds();
        int port = server.start(ServerSettings.Keys.NONE, 0, 1000, 5, 10, Duration.ofSeconds(1), Duration.ofSeconds(1));
        try (Wire wire = new Wire(port)) {
            for (String request : List.of(first, second)) {
                wire.send(request + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8\r\n\r\naGVsbG8=");
            }

            await().until(() -> server.models.held.size() == 1);
            await().during(Duration.ofSeconds(2)).until(() -> !server.models.held.get(0).isCancelled());
            server.models.release();
            assertThat(wire.receive(false).status()).isIn(200, 404);
            assertThat(wire.receive(false).status()).isIn(200, 404);
        }
    }

    @Test
    void requestsWithUnreadAnswersDoNotPileUp() throws IOException {
        int port = server.startWithRequests(5);
        byte[] requests = "GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(10_000).getBytes(StandardCharsets.US_ASCII);
        try (Wire wire = new Wire(port)) {
            // far more than the operating system buffers for a connection
            assertThatThrownBy(() -> {
                for (int i = 0; i < 40; i++) {
                    wire.send(requests);
                }
            }).hasRootCauseInstanceOf(IOException.class);
        }
        assertThat(post(port, "").status()).isEqualTo(200);
    }

    @Test
    void severalRequestsMayBeSentBeforeTheirAnswersAreRead() throws IOException {
        int port = server.startWithRequests(5);
        try (Wire wire = new Wire(port)) {
            for (int round = 0; round < 10; round++) {
                wire.send("GET /info HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(5));
                for (int i = 0; i < 5; i++) {
                    assertThat(wire.receive(false).status()).isEqualTo(200);
                }
            }
        }
    }
}
