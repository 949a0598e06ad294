package io.github.camelroboflow.delivery.failure;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Counts the failures of the images that are not done yet, to tell an image that can't be processed from outages that it has been
 * waiting through: failures that look like an outage are one, until another image has got through that was taken after the last of
 * them; from then on they add up. But an image that fails right after another, with none got through between, is in an outage with
 * it, and so begins anew.
 */
public final class AttemptCounter {

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

    /** @param takenBefore how many images had been taken by then */
    private record Hit(String image, long takenBefore) {
    }

    private static final Tries NONE = new Tries(0, 0, 0);

    private final int limit;
    private final Map<String, Tries> failing = new ConcurrentHashMap<>();
    private final Map<String, Long> inFlight = new ConcurrentHashMap<>();
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong lastThrough = new AtomicLong();
    /** The last failure that looks like an outage, if no image has got through since. */
    private final AtomicReference<Hit> lastHit = new AtomicReference<>();

    /** @param limit how often an image is tried before it counts as failed */
    public AttemptCounter(int limit) {
        this.limit = limit;
    }

    public void started(String image) {
        inFlight.put(image, taken.incrementAndGet());
    }

    public void succeeded(String image) {
        failing.remove(image);
        Long order = inFlight.remove(image);
        if (order != null) {
            lastThrough.accumulateAndGet(order, Math::max);
            lastHit.updateAndGet(hit -> hit != null && order > hit.takenBefore ? null : hit);
        }
    }

    public void forget(String image) {
        failing.remove(image);
    }

    /** Counts one more failure and tells whether the image is to be given up. */
    public boolean failed(String image, boolean outage) {
        inFlight.remove(image);
        Hit before = outage ? lastHit.getAndSet(new Hit(image, taken.get())) : null;
        boolean inCompany = before != null && !before.image.equals(image);
        return failing.compute(image, (name, known) -> next(known == null ? NONE : known, outage, inCompany)).failures() >= limit;
    }

    private Tries next(Tries tries, boolean outage, boolean inCompany) {
        if (!outage) {
            return new Tries(tries.own + 1, tries.outages, tries.takenBefore);
        }
        boolean othersGetThrough = tries.outages > 0 && lastThrough.get() > tries.takenBefore;
        return othersGetThrough && !inCompany ? new Tries(tries.own, tries.outages + 1, tries.takenBefore)
                : new Tries(tries.own, 1, taken.get());
    }

    public int failures(String image) {
        Tries tries = failing.get(image);
        return tries == null ? 0 : tries.failures();
    }
}
