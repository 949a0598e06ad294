package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped route to a webhook, against an HTTP server. */
class FolderToWebhookTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private record Received(String method, String path, Headers headers, byte[] body) {
    }

    @TempDir
    Path data;
    private final int port = Ports.free();
    private final Map<String, Received> received = new ConcurrentHashMap<>();
    private volatile int status = 204;
    private HttpServer server;

    private void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", exchange -> {
            Received request = new Received(exchange.getRequestMethod(), exchange.getRequestURI().toString(),
                    exchange.getRequestHeaders(), exchange.getRequestBody().readAllBytes());
            if (status < 300) {
                received.put(exchange.getRequestHeaders().getFirst("Delivery-Id"), request);
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stopServer() {
        if (server != null) {
            server.stop(0);
        }
    }

    private WatchedFolder start() {
        return new WatchedFolder(data).with("routes", "folder-to-webhook").with("webhook", "http://127.0.0.1:" + port + "/hook")
                .start();
    }

    private List<Received> at(String path) {
        return received.values().stream().filter(request -> request.path().equals(path)).toList();
    }

    @Test
    void postsResultsToTheAddressesOfTheirClasses() throws IOException {
        startServer();
        try (WatchedFolder folder = start()) {
            folder.drop("scratched-plate.png", "line 1/scratched-plate.png");
            folder.drop("bolts.jpg", "bolts.jpg");
            folder.drop("gears.jpg", "gears.jpg");
            folder.drop("empty belt.jpg", "empty belt.jpg");
            folder.drop("Dear customer".getBytes(), "letter.jpg");

            await().atMost(PATIENCE).until(() -> folder.files("done").size() == 4 && folder.files("failed").size() == 2);

            assertThat(received).hasSize(4);
            assertThat(at("/hook/scratches")).hasSize(1);
            assertThat(at("/hook/gears")).hasSize(1);
            assertThat(at("/hook/nothing-found")).hasSize(1);
            Received request = at("/hook/fasteners").get(0);
            assertThat(request.method()).isEqualTo("POST");
            assertThat(new ObjectMapper().readTree(request.body()).at("/predictions/0/class").textValue()).isEqualTo("bolt");
            assertThat(request.headers().getFirst("Content-Type")).isEqualTo("application/json");
            assertThat(request.headers().getFirst("Delivery-Id")).matches("[0-9a-f]{64}")
                    .isEqualTo(request.headers().getFirst("Idempotency-Key"));
            assertThat(request.headers().keySet()).noneMatch(name -> name.startsWith("Camel"));
        }
    }

    @Test
    void imagesStayInTheInboxUntilTheReceiverIsThere() throws IOException {
        try (WatchedFolder folder = start()) {
            IntStream.range(0, 20).forEach(i -> folder.drop("gears.jpg", i + ".jpg"));
            await().atMost(PATIENCE).until(() -> WatchFolderTest.isSuspended(folder, "folder-to-webhook"));
            await().atMost(PATIENCE).until(() -> folder.files("inbox").size() == 20);
            assertThat(folder.files("failed")).isEmpty();

            startServer();

            await().atMost(PATIENCE).until(() -> folder.files("done").size() == 20);
            assertThat(received).hasSize(20);
            assertThat(folder.files("failed")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 401, 404, 405, 429, 503})
    void aReceiverThatRefusesEverythingEmptiesNoInbox(int refusal) throws IOException {
        status = refusal;
        startServer();
        try (WatchedFolder folder = start()) {
            folder.drop("gears.jpg", "gears.jpg");
            await().atMost(PATIENCE).until(() -> WatchFolderTest.isSuspended(folder, "folder-to-webhook"));
            assertThat(folder.files("failed")).isEmpty();

            status = 200;

            await().atMost(PATIENCE).until(() -> folder.files("done").equals(List.of("gears.jpg")));
            assertThat(received).hasSize(1);
        }
    }

    @Test
    void aResultThatTheReceiverFindsWrongIsGivenUp() throws IOException {
        status = 422;
        startServer();
        try (WatchedFolder folder = start()) {
            folder.drop("gears.jpg", "gears.jpg");

            await().atMost(PATIENCE).until(() -> folder.files("failed").size() == 2);

            assertThat(folder.read("failed/gears.jpg.error.json")).contains("422").contains("\"attempts\" : 3");
        }
    }
}
