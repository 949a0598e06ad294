package io.github.camelroboflow.hosted;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FakeRoboflowTest {

    private static final String MODEL_AND_KEY = "/my-project/3?api_key=" + FakeRoboflow.KEY;
    private static final String IMAGE = Base64.getEncoder().encodeToString(Picture.jpeg());

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final FakeRoboflow fake = FakeRoboflow.start();

    @AfterEach
    void close() {
        fake.close();
    }

    private HttpRequest.Builder to(String target) {
        return HttpRequest.newBuilder(URI.create(fake.address() + target)).timeout(Duration.ofSeconds(20));
    }

    private HttpRequest post(String target, String body) {
        return to(target).header("Content-Type", "application/x-www-form-urlencoded").POST(BodyPublishers.ofString(body)).build();
    }

    private HttpResponse<String> send(HttpRequest request) throws Exception {
        return client.send(request, BodyHandlers.ofString());
    }

    private HttpResponse<String> infer() throws Exception {
        return send(post(MODEL_AND_KEY, IMAGE));
    }

    private Socket connect(String head) throws IOException {
        Socket socket = new Socket("127.0.0.1", fake.port());
        socket.setSoTimeout(20_000);
        write(socket, head.replace("\n", "\r\n") + "\r\n\r\n");
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    @Test
    void findsAPersonAndAHelmetInAnImageOfItsSize() throws Exception {
        HttpResponse<String> response = infer();
        JsonNode json = Json.parse(response.body());

        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(json.path("image")).hasToString("{\"width\":32,\"height\":24}");
        assertThat(json.path("predictions").findValuesAsText("class")).containsExactly("person", "helmet");
    }

    @Test
    void takesMultipartBase64AndAddressesAndTheKeyInQueryOrHeader() throws Exception {
        String multipart = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n"
                + "Content-Type: image/jpeg\r\n\r\n" + new String(Picture.jpeg(), ISO_8859_1) + "\r\n--b--\r\n";
        HttpRequest withPart = to("/my-project/3").header("Authorization", "Bearer " + FakeRoboflow.KEY)
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(BodyPublishers.ofByteArray(multipart.getBytes(ISO_8859_1))).build();

        assertThat(send(withPart).statusCode()).isEqualTo(200);
        assertThat(infer().statusCode()).isEqualTo(200);
        assertThat(send(to(MODEL_AND_KEY + "&image=https%3A%2F%2Fexample.com%2Fa.jpg").GET().build()).statusCode()).isEqualTo(200);
        assertThat(fake.requests().get(0).image()).isEqualTo(fake.requests().get(1).image()).isEqualTo(Picture.jpeg());
        assertThat(fake.requests().get(2).query()).containsEntry("image", "https://example.com/a.jpg");
    }

    @ParameterizedTest
    @CsvSource({"SERVERLESS, my-project/3, wrong, 401, message", "SERVERLESS, my-project/3, '', 401, message",
        "SERVERLESS, other/1, test-key, 404, message", "V1, my-project/3, wrong, 403, Message",
        "V1, my-project/3, '', 401, message",
        "V1, other/1, test-key, 403, Message", "LOCAL, my-project/3, wrong, 403, message", "LOCAL, other/1, test-key, 404, message",
        "SERVERLESS, dataset/my-project/upload, wrong, 401, error", "SERVERLESS, dataset/other/upload, test-key, 404, error"})
    void eachHostRefusesInItsOwnWay(Style style, String target, String key, int status, String field) throws Exception {
        try (FakeRoboflow other = FakeRoboflow.start(style)) {
            URI address = URI.create(other.address() + "/" + target + "?api_key=" + key);
            HttpResponse<String> response = send(HttpRequest.newBuilder(address)
                    .header("Content-Type", "text/plain").POST(BodyPublishers.ofString(IMAGE)).build());

            assertThat(response.statusCode()).isEqualTo(status);
            assertThat(Json.parse(response.body()).has(field)).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            confidence=abc | ok | 422 | detail
            confidence=0.4&overlap=30&labels=on&max_detections=5&x=y | ok | 200 | predictions
            max_detections=1.5 | ok | 422 | detail
            mask_decode_mode=bogus | ok | 400 | Invalid mask decode
            format=image_and_json | ok | 200 | {"visualization":"/9j/
            x=1 | aGVsbG8= | 400 | Malformed base64
            x=1 | '' | 400 | Empty image payload
            image=http%3A%2F%2Fexample.com | '' | 400 | non https
            """)
    void checksParametersAndImages(String query, String body, int status, String text) throws Exception {
        HttpResponse<String> response = send(post(MODEL_AND_KEY + "&" + query, body.equals("ok") ? IMAGE : body));

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).contains(text);
    }

    @Test
    void skipsInBase64WhatIsNoneAndRefusesWhatThatSpoils() throws Exception {
        String lines = Base64.getMimeEncoder().encodeToString(Picture.jpeg());

        assertThat(send(post(MODEL_AND_KEY, lines)).statusCode()).isEqualTo(200);
        assertThat(send(post(MODEL_AND_KEY, "\"" + IMAGE + "\"")).statusCode()).isEqualTo(200);
        assertThat(send(post(MODEL_AND_KEY, "data:image/jpeg;base64," + IMAGE)).statusCode()).isEqualTo(200);
        assertThat(send(post(MODEL_AND_KEY, "data:image/svg+xml;base64," + IMAGE)).statusCode()).isEqualTo(400);
        assertThat(send(post(MODEL_AND_KEY, IMAGE + "A")).statusCode()).isEqualTo(400);
        assertThat(send(post(MODEL_AND_KEY, new String(Picture.jpeg(), ISO_8859_1))).body()).contains("raw bytes");
    }

    @Test
    void drawsAJpegIfAskedForAnImage() throws Exception {
        HttpResponse<byte[]> response = client.send(post(MODEL_AND_KEY + "&format=image", IMAGE), BodyHandlers.ofByteArray());

        assertThat(response.headers().firstValue("Content-Type")).contains("image/jpeg");
        assertThat(response.body()).startsWith(0xff, 0xd8, 0xff);
    }

    @Test
    void givesAFixedAnswerForAModel() throws Exception {
        String answer = "{\"predictions\":[],\"top\":\"\"}";
        fake.answer("acme/parts", answer);

        assertThat(send(post("/acme/parts?api_key=" + FakeRoboflow.KEY, IMAGE)).body()).isEqualTo(answer);
    }

    @Test
    void runsWorkflowsWithAnOutputForEachImage() throws Exception {
        fake.answer("acme/workflows/find", "{\"n\":1}").answer("workflows/run", "{\"n\":2}");
        String images = "{\"api_key\":\"test-key\",\"inputs\":{\"image\":[{},{}]}}";

        assertThat(send(post("/acme/workflows/find", images)).body()).isEqualTo("{\"outputs\":[{\"n\":1},{\"n\":1}]}");
        assertThat(send(post("/infer/workflows/acme/find", images)).body()).contains("\"n\":1");
        assertThat(send(post("/workflows/run", "{\"api_key\":\"test-key\",\"inputs\":{\"image\":{}}}")).body())
                .isEqualTo("{\"outputs\":[{\"n\":2}]}");
        assertThat(send(post("/acme/workflows/other", images)).statusCode()).isEqualTo(404);
        assertThat(send(post("/acme/workflows/find", "{}")).statusCode()).isEqualTo(422);
    }

    @Test
    void tellsDuplicatesAndAnnotationsThatAreThereAlready() throws Exception {
        String key = "?api_key=" + FakeRoboflow.KEY;
        HttpRequest upload = post("/dataset/my-project/upload" + key, IMAGE);

        assertThat(send(upload).body()).isEqualTo("{\"success\":true,\"id\":\"image-1\"}");
        assertThat(send(upload).body()).isEqualTo("{\"duplicate\":true,\"id\":\"image-1\"}");
        assertThat(send(post("/dataset/my-project/annotate/image-1" + key, "{}")).body()).isEqualTo("{\"success\":true}");
        assertThat(send(post("/dataset/my-project/annotate/image-1" + key, "{}")).statusCode()).isEqualTo(409);
        assertThat(send(post("/dataset/my-project/annotate/image-1" + key + "&overwrite=true", "{}")).statusCode()).isEqualTo(200);
        assertThat(send(post("/dataset/my-project/annotate/image-9" + key, "{}")).statusCode()).isEqualTo(404);
    }

    @Test
    void doesWhatIsNextThenWhatIsAlwaysAskedAndElseTheUsual() throws Exception {
        Instant time = Instant.parse("2030-01-02T03:04:05Z");
        fake.next(Behaviour.status(500).times(2)).next(Behaviour.status(429).header("Retry-After", "2"))
                .next(Behaviour.status(429).retryAt(time)).next(Behaviour.usual().header("Content-Type", "text/html"));
        fake.always(Behaviour.json(402, "{\"error\":1}"));

        assertThat(infer().statusCode()).isEqualTo(500);
        assertThat(infer().body()).isEqualTo("{\"message\":\"Internal error.\"}");
        assertThat(infer().headers().firstValue("Retry-After")).contains("2");
        assertThat(infer().headers().firstValue("Retry-After")).contains("Wed, 2 Jan 2030 03:04:05 GMT");
        assertThat(infer().headers().allValues("Content-Type")).containsExactly("text/html");
        assertThat(infer().body()).isEqualTo("{\"error\":1}");
        fake.always(Behaviour.usual());
        assertThat(infer().statusCode()).isEqualTo(200);
    }

    @Test
    void remembersWhatItWasAsked() throws Exception {
        send(to("/a%20b/3?name=x%20%2B+y&n=1&n=2").header("X-Own", "1").PUT(BodyPublishers.ofString("body")).build());
        FakeRequest request = fake.requests().get(0);

        assertThat(request.method()).isEqualTo("PUT");
        assertThat(request.target()).isEqualTo("/a%20b/3?name=x%20%2B+y&n=1&n=2");
        assertThat(request.path()).isEqualTo("/a b/3");
        assertThat(request.query()).containsEntry("name", "x + y").containsEntry("n", "2");
        assertThat(request.header("x-own")).contains("1");
        assertThat(request.text()).isEqualTo("body");
        assertThat(request.length()).isEqualTo(4);
        assertThat(request.wasAborted()).isFalse();
    }

    @Test
    void onlyCountsABodyThatIsTooLong() throws Exception {
        HttpRequest request = to(MODEL_AND_KEY).header("Content-Type", "image/jpeg")
                .POST(BodyPublishers.ofByteArray(new byte[FakeRequest.KEPT + 1])).build();

        assertThat(send(request).statusCode()).isEqualTo(413);
        assertThat(fake.requests().get(0).length()).isEqualTo(FakeRequest.KEPT + 1);
        assertThat(fake.requests().get(0).body()).isEmpty();
    }

    @Test
    void keepsConnectionsAliveAndCountsThem() throws Exception {
        infer();
        infer();

        assertThat(fake.connections()).isEqualTo(1);
        assertThat(fake.requests()).extracting(FakeRequest::connection).containsExactly(1, 1);
    }

    @Test
    void countsTheMostThatWereInFlight() {
        fake.delay(Duration.ofMinutes(5));
        List<CompletableFuture<HttpResponse<String>>> responses = IntStream.range(0, 5)
                .mapToObj(i -> client.sendAsync(post(MODEL_AND_KEY, IMAGE), BodyHandlers.ofString())).toList();

        await().until(() -> fake.inFlight() == 5);
        assertThat(fake.mostInFlight()).isEqualTo(5);
        assertThat(responses).noneMatch(CompletableFuture::isDone);
        fake.close();
        await().until(() -> fake.inFlight() == 0);
        assertThat(fake.mostInFlight()).isEqualTo(5);
    }

    @Test
    void requestsOneAfterTheOtherWereNeverTwoInFlight() throws Exception {
        for (int i = 0; i < 50; i++) {
            client.send(to(MODEL_AND_KEY).GET().build(), BodyHandlers.discarding());
            HttpClient.newHttpClient().send(to(MODEL_AND_KEY).GET().build(), BodyHandlers.discarding());
        }

        assertThat(fake.mostInFlight()).isEqualTo(1);
    }

    @Test
    void noticesThatAClientDidNotWaitForItsAnswer() throws Exception {
        fake.next(Behaviour.usual().delay(Duration.ofMinutes(1)));
        try (Socket socket = connect("GET " + MODEL_AND_KEY + " HTTP/1.1")) {
            await().until(() -> fake.requests().size() == 1);
            assertThat(fake.requests().get(0).wasAborted()).isFalse();
        }
        await().until(() -> fake.requests().get(0).wasAborted());
        await().until(() -> fake.inFlight() == 0);
    }

    @Test
    void noticesThatAClientDidNotSendItsWholeBody() throws Exception {
        try (Socket socket = connect("POST " + MODEL_AND_KEY + " HTTP/1.1\nContent-Length: 10")) {
            write(socket, "12345");
        }
        await().until(() -> fake.requests().size() == 1 && fake.requests().get(0).wasAborted());
    }

    @Test
    void canStallHalfwayThroughTheBody() throws Exception {
        fake.next(Behaviour.json(200, "1234567890").stallHalfway());
        try (Socket socket = connect("GET / HTTP/1.1")) {
            String half = new String(socket.getInputStream().readNBytes(answerHead(socket.getInputStream()) / 2), ISO_8859_1);
            socket.setSoTimeout(50);

            assertThat(half).isEqualTo("12345");
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            assertThat(fake.inFlight()).isEqualTo(1);
        }
        await().until(() -> fake.requests().get(0).wasAborted());
    }

    /** Reads the head of an answer and tells its Content-Length. */
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
            assertThat(catchThrowable(this::infer)).isInstanceOf(IOException.class).isNotInstanceOf(HttpTimeoutException.class);
        }
        assertThat(fake.requests()).hasSize(4);
    }

    @Test
    void canCutOffTheJsonOfACompleteAnswer() throws Exception {
        fake.next(Behaviour.json(200, "{\"predictions\":[]}").truncated());

        assertThat(infer().body()).isEqualTo("{\"predict");
    }

    @Test
    void canAnswerInChunks() throws Exception {
        fake.next(Behaviour.json(200, "{\"predictions\":[]}").chunked());
        HttpResponse<String> response = infer();

        assertThat(response.body()).isEqualTo("{\"predictions\":[]}");
        assertThat(response.headers().firstValue("Content-Length")).isEmpty();
    }

    @Test
    void hugeAnswersAreWellFormedJson() throws Exception {
        fake.next(Behaviour.huge(100_000));
        String body = infer().body();

        assertThat(body.length()).isBetween(100_000, 100_100);
        assertThat(Json.parse(body).path("predictions").size()).isGreaterThan(1000);
    }

    @Test
    void aHugeAnswerIsNotHeldInMemory() throws Exception {
        long tooMuch = 4L * Runtime.getRuntime().maxMemory();
        fake.next(Behaviour.huge(tooMuch));
        HttpResponse<InputStream> response = client.send(post(MODEL_AND_KEY, IMAGE), BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            assertThat(response.headers().firstValueAsLong("Content-Length").orElseThrow()).isGreaterThan(tooMuch);
            assertThat(body.skip(10_000_000)).isPositive();
        }

        await().until(() -> fake.requests().get(0).wasAborted());
    }

    @Test
    void canCloseAConnectionThatItSaidToKeepAlive() throws Exception {
        fake.next(Behaviour.json(200, "{}").closedAfterwards());
        try (Socket socket = connect("GET / HTTP/1.1")) {
            String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);

            assertThat(answer).contains("Connection: keep-alive").endsWith("{}");
        }
        assertThat(fake.requests().get(0).wasAborted()).isFalse();
    }

    @Test
    void canAnswerBeforeTheBodyHasCome() throws Exception {
        fake.next(Behaviour.status(413).beforeBody());
        try (Socket socket = connect("POST " + MODEL_AND_KEY + " HTTP/1.1\nContent-Length: 1000000")) {
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
        try (Socket socket = connect("POST " + MODEL_AND_KEY + " HTTP/1.1\nContent-Length: 1000000000")) {
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

            assertThat(following.send(to("/").build(), BodyHandlers.ofString()).body()).contains("Roboflow Inference Server");
            assertThat(other.requests()).hasSize(1);
        }
    }

    @Test
    void asksForBodiesThatWaitForIt() throws Exception {
        HttpRequest request = to(MODEL_AND_KEY).header("Content-Type", "text/plain").expectContinue(true)
                .POST(BodyPublishers.ofString(IMAGE)).build();

        assertThat(send(request).statusCode()).isEqualTo(200);
        assertThat(fake.requests().get(0).text()).isEqualTo(IMAGE);
    }

    @Test
    void takesBodiesInChunks() throws Exception {
        HttpRequest request = to(MODEL_AND_KEY).header("Content-Type", "text/plain").POST(BodyPublishers.ofInputStream(
                () -> new ByteArrayInputStream(IMAGE.getBytes(ISO_8859_1)))).build();

        assertThat(send(request).statusCode()).isEqualTo(200);
        assertThat(fake.requests().get(0).header("Transfer-Encoding")).contains("chunked");
        assertThat(fake.requests().get(0).text()).isEqualTo(IMAGE);
    }

    @Test
    void isGoneOnceClosedAndCanComeBackAtItsPort() throws Exception {
        infer();
        fake.close();

        assertThat(catchThrowable(this::infer)).isInstanceOf(IOException.class);
        try (FakeRoboflow again = FakeRoboflow.start(Style.SERVERLESS, fake.port())) {
            assertThat(infer().statusCode()).isEqualTo(200);
            assertThat(again.requests()).hasSize(1);
        }
    }

    @Test
    void runsAsAProgramThatPrintsItsPort() throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), FakeRoboflow.class.getName(), "0", "1", "4").start();
        try (BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), ISO_8859_1))) {
            URI address = URI.create("http://127.0.0.1:" + Integer.parseInt(out.readLine()) + "/info");

            assertThat(send(HttpRequest.newBuilder(address).build()).statusCode()).isEqualTo(200);
        } finally {
            process.destroyForcibly();
        }
    }
}
