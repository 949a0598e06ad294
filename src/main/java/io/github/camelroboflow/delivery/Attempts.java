package io.github.camelroboflow.delivery;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the failures of the images that are not done yet, to tell an image that can't be processed from an outage that it has been
 * waiting through: an outage's failures count only if another image has got through that was taken after the image's first one.
 */
final class Attempts {

    private record Tries(int failures, long takenBefore) {
    }

    private final int limit;
    private final Map<String, Tries> failing = new ConcurrentHashMap<>();
    private final Map<String, Long> inFlight = new ConcurrentHashMap<>();
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong lastThrough = new AtomicLong();

    /** @param limit how often an image is tried before it counts as failed */
    Attempts(int limit) {
        this.limit = limit;
    }

    void begun(String image) {
        inFlight.put(image, taken.incrementAndGet());
    }

    void succeeded(String image) {
        failing.remove(image);
        Long order = inFlight.remove(image);
        if (order != null) {
            lastThrough.accumulateAndGet(order, Math::max);
        }
    }

    void forget(String image) {
        failing.remove(image);
    }

    /** Counts one more failure and tells whether the image is to be given up. */
    boolean failed(String image, boolean outage) {
        inFlight.remove(image);
        Tries tries = failing.merge(image, new Tries(1, taken.get()),
                (before, first) -> new Tries(before.failures + 1, before.takenBefore));
        return tries.failures >= limit && (!outage || lastThrough.get() > tries.takenBefore);
    }

    int failures(String image) {
        Tries tries = failing.get(image);
        return tries == null ? 0 : tries.failures;
    }
}
