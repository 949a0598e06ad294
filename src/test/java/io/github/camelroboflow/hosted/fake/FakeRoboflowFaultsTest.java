package io.github.camelroboflow.hosted.fake;

import static io.github.camelroboflow.hosted.fake.RawHttpClient.IMAGE;
import static io.github.camelroboflow.hosted.fake.RawHttpClient.MODEL_AND_KEY;
import static io.github.camelroboflow.hosted.fake.RawHttpClient.write;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Checks that the fake misbehaves as configured. */
class FakeRoboflowFaultsTest {

    private final FakeRoboflow fake = FakeRoboflow.start();
    private final RawHttpClient client = new RawHttpClient(fake);

    @AfterEach
    void close() {
        fake.close();
    }

    @Test
    void doesWhatIsNextThenWhatIsAlwaysAskedAndElseTheUsual() throws Exception {
        Instant time = Instant.parse("2030-01-02T03:04:05Z");
        fake.next(Behaviour.status(500).times(2)).next(Behaviour.status(429).header("Retry-After", "2"))
                .next(Behaviour.status(429).retryAt(time)).next(Behaviour.usual().header("Content-Type", "text/html"));
        fake.always(Behaviour.json(402, "{\"error\":1}"));

        assertThat(client.infer().statusCode()).isEqualTo(500);
        assertThat(client.infer().body()).isEqualTo("{\"message\":\"Internal error.\"}");
        assertThat(client.infer().headers().firstValue("Retry-After")).contains("2");
        assertThat(client.infer().headers().firstValue("Retry-After")).contains("Wed, 2 Jan 2030 03:04:05 GMT");
        assertThat(client.infer().headers().allValues("Content-Type")).containsExactly("text/html");
        assertThat(client.infer().body()).isEqualTo("{\"error\":1}");
        fake.always(Behaviour.usual());
        assertThat(client.infer().statusCode()).isEqualTo(200);
    }

    @Test
    void canStallHalfwayThroughTheBody() throws Exception {
        fake.next(Behaviour.json(200, "1234567890").stallHalfway());
        try (Socket socket = client.connect("GET / HTTP/1.1")) {
            String half = new String(socket.getInputStream().readNBytes(answerHead(socket.getInputStream()) / 2), ISO_8859_1);
            socket.setSoTimeout(50);

            assertThat(half).isEqualTo("12345");
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            assertThat(fake.inFlight()).isEqualTo(1);
        }
        await().until(() -> fake.requests().get(0).wasAborted());
    }

    /** Reads the head of a response and returns its Content-Length. */
    private static int answerHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        return Integer.parseInt(head.toString().replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
    }

    @Test
    void canEndTheConnectionBeforeTheAnswerOrWithinIt() {
        fake.next(Behaviour.cut()).next(Behaviour.usual().cutHalfway()).next(Behaviour.usual().chunked().cutHalfway())
                .next(Behaviour.reset());

        for (int i = 0; i < 4; i++) {
            assertThat(catchThrowable(client::infer)).isInstanceOf(IOException.class).isNotInstanceOf(HttpTimeoutException.class);
        }
        assertThat(fake.requests()).hasSize(4);
    }

    @Test
    void canCutOffTheJsonOfACompleteAnswer() throws Exception {
        fake.next(Behaviour.json(200, "{\"predictions\":[]}").truncated());

        assertThat(client.infer().body()).isEqualTo("{\"predict");
    }

    @Test
    void canAnswerInChunks() throws Exception {
        fake.next(Behaviour.json(200, "{\"predictions\":[]}").chunked());
        HttpResponse<String> response = client.infer();

        assertThat(response.body()).isEqualTo("{\"predictions\":[]}");
        assertThat(response.headers().firstValue("Content-Length")).isEmpty();
    }

    @Test
    void hugeAnswersAreWellFormedJson() throws Exception {
        fake.next(Behaviour.huge(100_000));
        String body = client.infer().body();

        assertThat(body.length()).isBetween(100_000, 100_100);
        assertThat(Json.parse(body).path("predictions").size()).isGreaterThan(1000);
    }

    @Test
    void aHugeAnswerIsNotHeldInMemory() throws Exception {
        long tooMuch = 4L * Runtime.getRuntime().maxMemory();
        fake.next(Behaviour.huge(tooMuch));
        HttpResponse<InputStream> response = client.send(client.post(MODEL_AND_KEY, IMAGE), BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            assertThat(response.headers().firstValueAsLong("Content-Length").orElseThrow()).isGreaterThan(tooMuch);
            assertThat(body.skip(10_000_000)).isPositive();
        }

        await().until(() -> fake.requests().get(0).wasAborted());
    }

    @Test
    void canCloseAConnectionThatItSaidToKeepAlive() throws Exception {
        fake.next(Behaviour.json(200, "{}").closedAfterwards());
        try (Socket socket = client.connect("GET / HTTP/1.1")) {
            String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);

            assertThat(answer).contains("Connection: keep-alive").endsWith("{}");
        }
        assertThat(fake.requests().get(0).wasAborted()).isFalse();
    }

    @Test
    void canAnswerBeforeTheBodyHasCome() throws Exception {
        fake.next(Behaviour.status(413).beforeBody());
        try (Socket socket = client.connect("POST " + MODEL_AND_KEY + " HTTP/1.1\nContent-Length: 1000000")) {
            write(socket, "1");
            String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            write(socket, "2".repeat(100_000));

            assertThat(answer).startsWith("HTTP/1.1 413 ").contains("Connection: close");
        }
        assertThat(fake.requests().get(0).length()).isZero();
    }

    @Test
    void canCloseInTheFaceOfABodyThatIsStillComing() throws Exception {
        fake.next(Behaviour.status(413).beforeBodyReset());
        try (Socket socket = client.connect("POST " + MODEL_AND_KEY + " HTTP/1.1\nContent-Length: 1000000000")) {
            OutputStream out = socket.getOutputStream();
            byte[] block = new byte[100_000];

            assertThatThrownBy(() -> {
                for (int i = 0; i < 10_000; i++) {
                    out.write(block);
                }
            }).isInstanceOf(IOException.class);
        }
    }

    @Test
    void canRedirect() throws Exception {
        try (FakeRoboflow other = FakeRoboflow.start()) {
            fake.next(Behaviour.redirect(302, other.address() + "/info"));
            HttpClient following = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.ALWAYS).build();

            assertThat(following.send(client.to("/").build(), BodyHandlers.ofString()).body())
                    .contains("Roboflow Inference Server");
            assertThat(other.requests()).hasSize(1);
        }
    }
}
