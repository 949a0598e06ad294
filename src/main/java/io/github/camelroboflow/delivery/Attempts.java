package io.github.camelroboflow.delivery;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the failures of the images that are not done yet, to tell an image that can't be processed from an outage that it has been
 * waiting through: failures that look like an outage are one, until another image has got through that was taken after the last of
 * them; from then on they add up.
 */
final class Attempts {

    /**
     * @param own         failures that look like no outage
     * @param outages     failures that look like one, those before others got through counted as one
     * @param takenBefore how many images had been taken at the last failure before others got through
     */
    private record Tries(int own, int outages, long takenBefore) {

        int failures() {
            return own + outages;
        }
    }

    private static final Tries NONE = new Tries(0, 0, 0);

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
        return failing.compute(image, (name, known) -> {
            Tries before = known == null ? NONE : known;
            if (!outage) {
                return new Tries(before.own + 1, before.outages, before.takenBefore);
            }
            boolean othersGetThrough = before.outages > 0 && lastThrough.get() > before.takenBefore;
            return othersGetThrough ? new Tries(before.own, before.outages + 1, before.takenBefore)
                    : new Tries(before.own, 1, taken.get());
        }).failures() >= limit;
    }

    int failures(String image) {
        Tries tries = failing.get(image);
        return tries == null ? 0 : tries.failures();
    }
}
