package io.github.camelroboflow.server;

import io.github.camelroboflow.Own;
import io.github.camelroboflow.server.fixture.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A server with the limits of a test, in front of fake models, and its clients. */
final class LimitedServer implements AutoCloseable {

    static final byte[] BODY = "aGVsbG8=".getBytes(StandardCharsets.US_ASCII);
    static final String[] TEXT = {"Content-Type: text/plain"};
    static final ServerSettings STANDARD = ServerSettings.of("localhost", 0, ServerSettings.Keys.NONE);

    final FakeModels models = new FakeModels();
    private RoboflowServer server;

    int start(ServerSettings settings) throws IOException {
        server = RoboflowServer.start(settings, models);
        return server.port();
    }

    int start(ServerSettings.Keys keys, double rate, int size, int requests, int connections, Duration receive, Duration idle)
            throws IOException {
        return start(new ServerSettings("localhost", 0, keys, rate, size, requests, connections, receive, idle,
                Duration.ofSeconds(5), true));
    }

    int startWithRequests(int requests) throws IOException {
        return start(ServerSettings.Keys.NONE, 0, 1000, requests, 100, Duration.ofSeconds(60), Duration.ofSeconds(60));
    }

    int requests() {
        return server.requests();
    }

    @Override
    public void close() {
        models.release();
        if (server != null) {
            server.close();
        }
    }

    static Wire.Response post(int port, String query) {
        return Wire.ask(port, "POST", "/parts/1" + query, TEXT, BODY);
    }

    /** Sends a request on a thread of its own, so that any number can run at a time. */
    static CompletableFuture<Wire.Response> client(Supplier<Wire.Response> request) {
        return CompletableFuture.supplyAsync(request, Own.THREAD);
    }
}
