package io.github.camelroboflow.hosted.fake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;

/** Sends any request to a {@link FakeRoboflow}, including incomplete ones. */
final class RawHttpClient {

    static final String MODEL_AND_KEY = "/my-project/3?api_key=" + FakeRoboflow.KEY;
    /** An image as base64. */
    static final String IMAGE = Base64.getEncoder().encodeToString(EncodedImageSize.jpeg());

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final FakeRoboflow fake;

    RawHttpClient(FakeRoboflow fake) {
        this.fake = fake;
    }

    /** Returns a builder for a request, which is a GET by default. */
    HttpRequest.Builder to(String target) {
        return HttpRequest.newBuilder(URI.create(fake.address() + target)).timeout(Duration.ofSeconds(20));
    }

    HttpRequest post(String target, String body) {
        return to(target).header("Content-Type", "application/x-www-form-urlencoded").POST(BodyPublishers.ofString(body)).build();
    }

    HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return send(request, BodyHandlers.ofString());
    }

    <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler) throws IOException, InterruptedException {
        return client.send(request, handler);
    }

    CompletableFuture<HttpResponse<String>> sendAsync(HttpRequest request) {
        return client.sendAsync(request, BodyHandlers.ofString());
    }

    /** Runs the fake's default model on an image. */
    HttpResponse<String> infer() throws IOException, InterruptedException {
        return send(post(MODEL_AND_KEY, IMAGE));
    }

    /** Sends the head of a request with only line feeds between its lines. */
    Socket connect(String head) throws IOException {
        Socket socket = new Socket("127.0.0.1", fake.port());
        socket.setSoTimeout(20_000);
        write(socket, head.replace("\n", "\r\n") + "\r\n\r\n");
        return socket;
    }

    static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }
}
