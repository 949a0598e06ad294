package io.github.camelroboflow.server;

import static io.github.camelroboflow.server.LimitedServer.BODY;
import static io.github.camelroboflow.server.LimitedServer.TEXT;
import static io.github.camelroboflow.server.LimitedServer.client;
import static io.github.camelroboflow.server.LimitedServer.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.server.fixture.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The limits of a server on clients and requests at a time, over a socket. */
class ServerCapacityTest {

    private final LimitedServer server = new LimitedServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aFullServerSendsRetryAfter() throws IOException {
        server.models.holds();
        int port = server.startWithRequests(2);
        List<CompletableFuture<Wire.Response>> accepted = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            accepted.add(client(() -> post(port, "")));
        }
        await().until(() -> server.models.held.size() == 2);

        Wire.Response third = post(port, "");
        assertThat(third.status()).isEqualTo(503);
        assertThat(third.headers()).containsEntry("retry-after", "1");
        server.models.release();
        assertThat(accepted).allSatisfy(answer -> assertThat(answer.get().status()).isEqualTo(200));
        assertThat(post(port, "").status()).isEqualTo(200);
    }

    /** An error ended an I/O thread, and the clients of that thread were never answered. */
    @Test
    void anErrorIsAnsweredAndEndsNoIoThread() throws IOException {
        int port = server.startWithRequests(2);
        server.models.failsWith(new OutOfMemoryError("Java heap space"));
        try (Wire wire = new Wire(port)) {
            for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
                assertThat(Wire.ask(port, "GET", "/metrics", TEXT, null).status()).isEqualTo(503);
                assertThat(wire.request("GET", "/healthz", TEXT, null).status()).isEqualTo(200);
            }
        }
        server.models.failsWith(null);

        for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
            assertThat(Wire.ask(port, "GET", "/metrics", TEXT, null).status()).isEqualTo(200);
            assertThat(post(port, "").status()).isEqualTo(200);
        }
    }

    @Test
    void aFullServerStillReportsItsHealth() throws IOException {
        server.models.holds();
        int port = server.startWithRequests(1);
        CompletableFuture<Wire.Response> accepted = client(() -> post(port, ""));
        await().until(() -> server.models.held.size() == 1);

        assertThat(Wire.ask(port, "GET", "/healthz", TEXT, null).status()).isEqualTo(200);
        assertThat(Wire.ask(port, "GET", "/metrics", TEXT, null).text()).contains("roboflow_server_requests 1\n");
        server.models.release();
        assertThat(accepted.join().status()).isEqualTo(200);
    }

    @Test
    void aDisconnectedClientFreesItsSlotAndItsWorkIsCancelled() throws IOException {
        server.models.holds();
        int port = server.startWithRequests(1);
        try (Wire wire = new Wire(port)) {
            wire.send("POST /parts/1 HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 8\r\n\r\n");
            wire.send(BODY);
            await().until(() -> server.models.held.size() == 1);
        }

        await().untilAsserted(() -> assertThat(server.models.held.get(0)).isCancelled());
        await().until(() -> server.requests() == 0);
    }

    @Test
    void aClientThatDisconnectsWhileItSendsFreesItsSlot() throws IOException {
        int port = server.startWithRequests(1);
        try (Wire wire = new Wire(port)) {
            wire.send("POST /parts/1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8\r\n\r\naG");
            await().until(() -> server.requests() == 1);
        }

        await().until(() -> server.requests() == 0);
    }

    @Test
    void aModelThatIsBeingOpenedDelaysNoOtherClient() throws Exception {
        int port = server.startWithRequests(5);
        List<CompletableFuture<Wire.Response>> waiting = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            waiting.add(client(() -> Wire.ask(port, "POST", "/slow/1", TEXT, BODY)));
        }
        await().until(() -> server.requests() == 4);

        assertThat(post(port, "").status()).isEqualTo(200);
        server.models.slowModelMayOpen.countDown();
        assertThat(waiting).allSatisfy(answer -> assertThat(answer.get().status()).isEqualTo(200));
    }

    @Test
    void connectionsBeyondTheLimitAreEnded() throws IOException {
        int port = server.start(ServerSettings.Keys.NONE, 0, 1000, 5, 1, Duration.ofSeconds(60), Duration.ofSeconds(60));
        try (Wire first = new Wire(port)) {
            assertThat(first.request("POST", "/parts/1", TEXT, BODY).status()).isEqualTo(200);
            try (Wire second = new Wire(port)) {
                assertThat(second.ends()).isTrue();
            }
            assertThat(first.request("POST", "/parts/1", TEXT, BODY).status()).isEqualTo(200);
        }
    }
}
