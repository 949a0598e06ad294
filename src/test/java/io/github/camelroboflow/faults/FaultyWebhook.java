package io.github.camelroboflow.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A receiver of webhooks, with the faults that a test sets. */
final class FaultyWebhook implements AutoCloseable {

    enum Mood {
        /** Accepts. */
        WELL,
        /** Answers 500. */
        BROKEN,
        /** Accepts late, but within the sender's timeout. */
        SLOW,
        /** Accepts, but answers after the sender's timeout. */
        TOO_SLOW,
        /** Reads the request and never answers. */
        SILENT
    }

    private final ReceivedResults receipts = new ReceivedResults();
    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
    private final Duration timeout;
    private final HttpServer server;
    private volatile Mood mood = Mood.WELL;

    /** @param timeout the sender's timeout for an answer */
    FaultyWebhook(Duration timeout) {
        this.timeout = timeout;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", this::receive);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
    }

    Duration timeout() {
        return timeout;
    }

    void becomes(Mood next) {
        mood = next;
    }

    ReceivedResults receipts() {
        return receipts;
    }

    private void receive(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        switch (mood) {
            case WELL -> accept(exchange, body);
            case BROKEN -> answer(exchange, 500);
            case SLOW -> later.schedule(() -> accept(exchange, body), timeout.toMillis() / 2, TimeUnit.MILLISECONDS);
            case TOO_SLOW -> {
                receipts.add(ProgramSetups.receipt(exchange.getRequestURI(), exchange.getRequestHeaders(), body));
                later.schedule(() -> answer(exchange, 204), timeout.toMillis() * 3 / 2, TimeUnit.MILLISECONDS);
            }
            case SILENT -> {
                // sends no answer, so that the sender's timeout ends the request
            }
        }
    }

    private void accept(HttpExchange exchange, String body) {
        receipts.add(ProgramSetups.receipt(exchange.getRequestURI(), exchange.getRequestHeaders(), body));
        answer(exchange, 204);
    }

    private static void answer(HttpExchange exchange, int status) {
        try (exchange) {
            exchange.sendResponseHeaders(status, -1);
        } catch (IOException gone) {
            // the sender has closed the connection
        }
    }

    @Override
    public void close() {
        server.stop(0);
        later.shutdownNow();
    }
}
