package io.github.camelroboflow.app;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A receiver of webhooks. */
public final class WebhookServer implements AutoCloseable {

    /** A request that was accepted. */
    public record Received(String method, String path, Headers headers, byte[] body) {
    }

    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final int port = Ports.free();
    private volatile int status = 204;
    private HttpServer server;

    public WebhookServer start() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", exchange -> {
            Received request = new Received(exchange.getRequestMethod(), exchange.getRequestURI().toString(),
                    exchange.getRequestHeaders(), exchange.getRequestBody().readAllBytes());
            if (status < 300) {
                received.add(request);
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        return this;
    }

    /** What it answers from now on. */
    public void answer(int newStatus) {
        status = newStatus;
    }

    public String address() {
        return "http://127.0.0.1:" + port;
    }

    public List<Received> received() {
        return received;
    }

    @Override
    public void close() {
        if (server != null) {
            server.stop(0);
        }
    }
}
