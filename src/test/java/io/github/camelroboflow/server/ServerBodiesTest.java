package io.github.camelroboflow.server;

import static io.github.camelroboflow.server.LimitedServer.BODY;
import static io.github.camelroboflow.server.LimitedServer.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.server.fixture.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The limits of a server on the bytes that it reads and keeps, over a socket. */
class ServerBodiesTest {

    private final LimitedServer server = new LimitedServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aBodyWithATooLargeContentLengthIsNotRead() throws IOException {
        int port = server.startWithRequests(5);
        try (Wire wire = new Wire(port)) {
            wire.send("POST /parts/1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1001\r\n\r\n");

            assertThat(wire.receive(false).status()).isEqualTo(413);
        }
    }

    @Test
    void aBodyThatGrowsTooLargeIsRefusedBeforeItsEnd() throws IOException {
        int port = server.startWithRequests(5);
        try (Wire wire = new Wire(port)) {
            wire.send("POST /parts/1 HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 3; i++) {
                wire.send("190\r\n" + "A".repeat(400) + "\r\n");
            }

            assertThat(wire.receive(false).status()).isEqualTo(413);
        }
        await().until(() -> server.requests() == 0);
    }

    @Test
    void aRequestThatIsRefusedWhileItIsReadIsCounted() throws IOException {
        int port = server.startWithRequests(5);
        try (Wire wire = new Wire(port)) {
            wire.send("POST /parts/1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1001\r\n\r\n");
            assertThat(wire.receive(false).status()).isEqualTo(413);
        }

        assertThat(Wire.ask(port, "GET", "/metrics", TEXT, null).text()).contains("{status=\"413\"} 1\n");
    }

    @Test
    void aRequestThatExpectsContinueIsAnswered() throws IOException {
        int port = server.startWithRequests(5);
        try (Wire wire = new Wire(port)) {
            wire.send("POST /parts/1 HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 8\r\n\r\n");
            wire.send(BODY);

            assertThat(wire.receive(false).status()).isEqualTo(200);
        }
    }

    @Test
    void anUnneededBodyIsNotAwaited() throws IOException {
        int port = server.startWithRequests(1);
        try (Wire wire = new Wire(port)) {
            wire.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n");

            assertThat(wire.receive(false).status()).isEqualTo(200);
            assertThat(server.requests()).isZero();
        }
    }

    @Test
    void anImageInJsonMayBeAsLargeAsABody() throws IOException {
        int port = server.start(ServerSettings.Keys.NONE, 0, 40_000_000, 5, 10, Duration.ofSeconds(60), Duration.ofSeconds(60));
        String image = "aGVs".repeat(6_000_000);

        assertThat(Wire.ask(port, "POST", "/infer/object_detection", "application/json",
                ("{\"model_id\":\"parts/1\",\"image\":{\"type\":\"base64\",\"value\":\"" + image + "\"}}")
                        .getBytes(StandardCharsets.US_ASCII)).status()).isEqualTo(200);
    }

    @Test
    void anImageForAnotherServerIsNotDrawnOnWithoutMemoryForIt() throws IOException {
        server.models.answers(new Detections(InferenceInfo.of("", 0, new ImageSize(30_000, 30_000)), List.of()));
        int port = server.start(ServerSettings.of("localhost", 0, ServerSettings.Keys.NONE));
        byte[] image = Base64.getEncoder().encode(Files.readAllBytes(Path.of("config/samples/gears.jpg")));

        assertThat(Wire.ask(port, "POST", "/parts/1", TEXT, image).status()).isEqualTo(200);
        assertThat(Wire.ask(port, "POST", "/parts/1?format=image", TEXT, image).status()).isEqualTo(400);
    }
}
