package io.github.camelroboflow.delivery.bucket;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** An HTTP server on this machine that runs during each test, for answers that no real server of buckets gives on demand. */
public final class AnsweringServer implements BeforeEachCallback, AfterEachCallback {

    private final HttpHandler answers;
    private HttpServer server;

    public AnsweringServer(HttpHandler answers) {
        this.answers = answers;
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", answers);
        server.start();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        server.stop(0);
    }

    public int port() {
        return server.getAddress().getPort();
    }
}
