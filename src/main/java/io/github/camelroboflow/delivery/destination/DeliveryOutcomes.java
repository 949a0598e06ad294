package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.delivery.destination.FolderFiles.FolderFileStep;
import io.github.camelroboflow.delivery.disk.PendingWrites;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;

/**
 * The outcomes of one image at the destinations that its classes selected. Copies of the exchange, as a multicast or a splitter
 * makes them, share it with the original.
 */
final class DeliveryOutcomes {

    private static final String PROPERTY = "CamelRoboflowOutcomes";

    private final AtomicInteger destinations = new AtomicInteger();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final PendingWrites pendingWrites = new PendingWrites();

    /** Starts the outcomes of this exchange and of all its later copies. */
    static DeliveryOutcomes begin(Exchange exchange) {
        DeliveryOutcomes outcomes = new DeliveryOutcomes();
        exchange.setProperty(PROPERTY, outcomes);
        exchange.setProperty(PendingWrites.PROPERTY, outcomes.pendingWrites);
        return outcomes;
    }

    /** @throws IllegalStateException if the exchange did not come by {@code direct:deliver} */
    static DeliveryOutcomes of(Exchange exchange) {
        return find(exchange).orElseThrow(() -> new IllegalStateException("there is no delivery to end: send results to"
                + " 'direct:deliver'"));
    }

    /** Returns those of the exchange; empty if it did not come by {@code direct:deliver}, so that a destination is on its own. */
    static Optional<DeliveryOutcomes> find(Exchange exchange) {
        return Optional.ofNullable(exchange.getProperty(PROPERTY, DeliveryOutcomes.class));
    }

    /** @param failure the reason why the destination has nothing; {@code null} if it accepted its message */
    void add(Throwable failure) {
        destinations.incrementAndGet();
        if (failure != null) {
            failures.add(failure);
        }
    }

    /** Adds a later failure of a destination that counted as accepted. */
    void failed(Throwable failure) {
        failures.add(failure);
    }

    /** Returns the writes that must be on disk before the image is done. */
    PendingWrites pendingWrites() {
        return pendingWrites;
    }

    /** Returns the number of destinations that were tried. */
    int destinations() {
        return destinations.get();
    }

    List<Throwable> failures() {
        return List.copyOf(failures);
    }

    /**
     * Keeps a destination from having to do with the others: its steps, the one branch of a multicast with this strategy, work on a
     * copy of the message, and when they fail, the route goes on to the next destination; {@link EndDelivery} fails the exchange
     * then. In a route that did not come by {@code direct:deliver} a failure is at once that of the route.
     */
    public static final class IsolatedDestination implements AggregationStrategy {

        @Override
        public Exchange aggregate(Exchange before, Exchange copy) {
            throw new UnsupportedOperationException("a multicast passes its input exchange");
        }

        @Override
        public Exchange aggregate(Exchange before, Exchange copy, Exchange input) {
            if (copy.getException() != null) {
                FolderFileStep.discard(copy);
            }
            find(input).ifPresentOrElse(outcomes -> outcomes.add(copy.getException()),
                    () -> input.setException(copy.getException()));
            return input;
        }
    }
}
