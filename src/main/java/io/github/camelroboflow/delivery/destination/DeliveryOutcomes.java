package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.delivery.destination.FolderFiles.FolderFileStep;
import io.github.camelroboflow.delivery.disk.PendingWrites;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;

/**
 * What became of one image at the destinations that its classes selected. Copies of the exchange, as a multicast or a splitter
 * makes them, share it with the original.
 */
final class DeliveryOutcomes {

    private static final String PROPERTY = "CamelRoboflowOutcomes";

    private final AtomicInteger destinations = new AtomicInteger();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final PendingWrites pendingWrites = new PendingWrites();

    /** Those of this exchange, and of all copies that are made of it later. */
    static DeliveryOutcomes begin(Exchange exchange) {
        DeliveryOutcomes outcomes = new DeliveryOutcomes();
        exchange.setProperty(PROPERTY, outcomes);
        exchange.setProperty(PendingWrites.PROPERTY, outcomes.pendingWrites);
        return outcomes;
    }

    /** @throws IllegalStateException if the exchange did not come by {@code direct:deliver} */
    static DeliveryOutcomes of(Exchange exchange) {
        DeliveryOutcomes outcomes = exchange.getProperty(PROPERTY, DeliveryOutcomes.class);
        if (outcomes == null) {
            throw new IllegalStateException("a destination was used by a route that 'direct:deliver' does not lead to: send results"
                    + " there, and name destinations in routes/by-class.camel.yaml");
        }
        return outcomes;
    }

    /** @param failure why the destination has nothing, or {@code null} if it accepted what it was to get */
    void add(Throwable failure) {
        destinations.incrementAndGet();
        if (failure != null) {
            failures.add(failure);
        }
    }

    /** Notes why a destination has nothing after all. */
    void failed(Throwable failure) {
        failures.add(failure);
    }

    /** Writes of the destinations that are to be on disk before the image is done. */
    PendingWrites pendingWrites() {
        return pendingWrites;
    }

    /** How many destinations were tried. */
    int destinations() {
        return destinations.get();
    }

    List<Throwable> failures() {
        return List.copyOf(failures);
    }

    /**
     * Keeps a destination from having to do with the others: its steps, the one branch of a multicast with this strategy, work on a
     * copy of the message, and when they fail, the route goes on to the next destination; {@link EndDelivery} fails the exchange
     * then.
     */
    public static final class IsolatedDestination implements AggregationStrategy {

        @Override
        public Exchange aggregate(Exchange before, Exchange copy) {
            throw new UnsupportedOperationException("a multicast tells the exchange that it was given");
        }

        @Override
        public Exchange aggregate(Exchange before, Exchange copy, Exchange given) {
            if (copy.getException() != null) {
                FolderFileStep.discard(copy);
            }
            DeliveryOutcomes.of(given).add(copy.getException());
            return given;
        }
    }

    /** True of an exchange that no destination was tried with. */
    public static final class NoDestination implements Predicate {

        @Override
        public boolean matches(Exchange exchange) {
            return DeliveryOutcomes.of(exchange).destinations() == 0;
        }
    }
}
