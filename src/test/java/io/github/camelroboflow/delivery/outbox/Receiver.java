package io.github.camelroboflow.delivery.outbox;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A receiver of webhooks with the answers of a test. */
public final class Receiver implements AutoCloseable {

    /** A request, whatever the answer was. */
    public record Request(String method, String path, Headers headers, byte[] body, long nanoTime) {

        public String deliveryId() {
            return headers.getFirst("Delivery-Id");
        }
    }

    /** Answers a request and closes it. */
    @FunctionalInterface
    public interface Answer {
        void to(HttpExchange exchange, Request request) throws IOException;

        static Answer status(int status) {
            return (exchange, request) -> exchange.sendResponseHeaders(status, -1);
        }

        /** Waits until the latch is counted down, and then answers 200. */
        static Answer held(CountDownLatch end) {
            return held(end, 200);
        }

        static Answer held(CountDownLatch end, int status) {
            return (exchange, request) -> {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                exchange.sendResponseHeaders(status, -1);
            };
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private volatile Answer answer = Answer.status(204);

    /** Starts at a free port. */
    public Receiver() {
        this(0);
    }

    public Receiver(int port) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            Request request = new Request(exchange.getRequestMethod(), exchange.getRequestURI().toString(),
                    exchange.getRequestHeaders(), exchange.getRequestBody().readAllBytes(), System.nanoTime());
            requests.add(request);
            try (exchange) {
                answer.to(exchange, request);
            }
        });
        server.start();
    }

    public void answer(Answer answer) {
        this.answer = answer;
    }

    public String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    public List<Request> requests() {
        return List.copyOf(requests);
    }

    public List<String> ids() {
        return requests.stream().map(Request::deliveryId).toList();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
