package io.github.camelroboflow.server;

import static io.github.camelroboflow.server.LimitedServer.BODY;
import static io.github.camelroboflow.server.LimitedServer.TEXT;
import static io.github.camelroboflow.server.LimitedServer.client;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.Own;
import io.github.camelroboflow.condition.Results;
import io.github.camelroboflow.server.fixture.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server that stops answers the requests in progress, over a socket. */
class ServerStopIT {

    private static final int LARGE = 30_000_000;

    private final FakeModels models = new FakeModels();
    private RoboflowServer server;

    private int start() throws IOException {
        server = RoboflowServer.start(LimitedServer.STANDARD, models);
        return server.port();
    }

    @AfterEach
    void stop() {
        models.release();
        server.close();
    }

    @Test
    void answersDuringAStopAnnounceTheEndOfTheConnection() throws Exception {
        models.holds();
        int port = start();
        try (Wire wire = new Wire(port)) {
            CompletableFuture<Wire.Response> answer = client(() -> wire.request("POST", "/parts/1", TEXT, BODY));
            await().until(() -> models.held.size() == 1);
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(server::close, Own.THREAD);
            await().until(() -> !listens(port));
            models.release();

            assertThat(answer.get().status()).isEqualTo(200);
            assertThat(answer.get().headers()).containsEntry("connection", "close");
            stopped.get();
        }
    }

    @Test
    void anAnswerThatAClientReadsSlowlyIsNotCutOff() throws Exception {
        models.answers(Results.detections("gear/0.9").withVisualization("A".repeat(LARGE)));
        int port = start();
        try (Wire wire = new Wire(port)) {
            wire.send("POST /parts/1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8\r\n\r\naGVsbG8=");
            await().until(() -> Wire.ask(port, "GET", "/metrics", TEXT, null).text().contains("{status=\"200\"} 1"));
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(server::close, Own.THREAD);

            // longer than the time that connections without an answer have to end
            await().during(Duration.ofSeconds(6)).until(() -> !stopped.isDone());
            assertThat(wire.receive(false).json().path("visualization").asText()).hasSize(LARGE);
            stopped.get();
        }
    }

    private static boolean listens(int port) {
        try (Wire wire = new Wire(port)) {
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }
}
