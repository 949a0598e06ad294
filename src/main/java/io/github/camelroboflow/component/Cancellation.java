package io.github.camelroboflow.component;

import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;

/**
 * Tells those who work on an exchange that nobody waits for its result any more, which Camel has no word for. The steps that are
 * left are not taken, and an inference that is running for it is given up.
 */
public final class Cancellation {

    private static final String PROPERTY = "CamelRoboflowCancellation";

    private final Exchange exchange;
    private final CompletableFuture<Void> given = new CompletableFuture<>();

    private Cancellation(Exchange exchange) {
        this.exchange = exchange;
    }

    /** For an exchange whose route has not begun. */
    public static Cancellation of(Exchange exchange) {
        Cancellation cancellation = new Cancellation(exchange);
        exchange.setProperty(PROPERTY, cancellation);
        return cancellation;
    }

    /** Called by any thread, at any time; does not wait. */
    public void cancel() {
        exchange.setRouteStop(true);
        given.complete(null);
    }

    static boolean isGiven(Exchange exchange) {
        Cancellation cancellation = exchange.getProperty(PROPERTY, Cancellation.class);
        return cancellation != null && cancellation.given.isDone();
    }

    /** The same answer, which is cancelled with the exchange. */
    static <T> CompletableFuture<T> reaches(Exchange exchange, CompletableFuture<T> answer) {
        Cancellation cancellation = exchange.getProperty(PROPERTY, Cancellation.class);
        if (cancellation != null) {
            cancellation.given.thenRun(() -> answer.cancel(true));
        }
        return answer;
    }
}
