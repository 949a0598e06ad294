package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.delivery.disk.Unsettled;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;

/**
 * What became of one image at the destinations that its classes selected. Copies of the exchange, as a multicast or a splitter
 * makes them, share it with the original.
 */
final class Outcomes {

    private static final String PROPERTY = "CamelRoboflowOutcomes";

    private final AtomicInteger destinations = new AtomicInteger();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Unsettled unsettled = new Unsettled();

    /** Those of this exchange, and of all copies that are made of it later. */
    static Outcomes begin(Exchange exchange) {
        Outcomes outcomes = new Outcomes();
        exchange.setProperty(PROPERTY, outcomes);
        exchange.setProperty(Unsettled.PROPERTY, outcomes.unsettled);
        return outcomes;
    }

    /** @throws IllegalStateException if the exchange did not come by {@code direct:deliver} */
    static Outcomes of(Exchange exchange) {
        Outcomes outcomes = exchange.getProperty(PROPERTY, Outcomes.class);
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
    Unsettled unsettled() {
        return unsettled;
    }

    /** How many destinations were tried. */
    int destinations() {
        return destinations.get();
    }

    List<Throwable> failures() {
        return List.copyOf(failures);
    }
}
