package io.github.camelroboflow.delivery.failure;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Counts the failures of the images that are not done yet. It separates an image that can't be processed from an image that waited
 * through outages.
 *
 * <p>Failures that look like an outage count as one, until another image succeeds that was taken after the last of them. From then
 * on they add up. But an image that fails directly after another image, without a success between, shares an outage with it: its
 * count starts again.
 */
public final class AttemptCounter {

    /**
     * @param own         the failures that do not look like an outage
     * @param outages     the failures that look like an outage; those before another image succeeded count as one
     * @param takenBefore the number of images taken before the last failure that preceded the success of others
     */
    private record Tries(int own, int outages, long takenBefore) {

        int failures() {
            return own + outages;
        }
    }

    /** @param takenBefore the number of images taken until then */
    private record OutageFailure(String image, long takenBefore) {
    }

    private static final Tries NONE = new Tries(0, 0, 0);

    private final int limit;
    private final Map<String, Tries> failing = new ConcurrentHashMap<>();
    private final Map<String, Long> inFlight = new ConcurrentHashMap<>();
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong lastSucceeded = new AtomicLong();
    /** The last failure that looks like an outage, if no image has succeeded since. */
    private final AtomicReference<OutageFailure> lastOutage = new AtomicReference<>();

    /** @param limit the number of attempts before an image counts as failed */
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
            lastSucceeded.accumulateAndGet(order, Math::max);
            lastOutage.updateAndGet(last -> last != null && order > last.takenBefore ? null : last);
        }
    }

    public void forget(String image) {
        failing.remove(image);
    }

    /** Counts one more failure. Returns whether the image is to be given up. */
    public boolean failed(String image, boolean outage) {
        inFlight.remove(image);
        OutageFailure before = outage ? lastOutage.getAndSet(new OutageFailure(image, taken.get())) : null;
        boolean withOthers = before != null && !before.image.equals(image);
        return failing.compute(image, (name, known) -> next(known == null ? NONE : known, outage, withOthers)).failures() >= limit;
    }

    private Tries next(Tries tries, boolean outage, boolean withOthers) {
        if (!outage) {
            return new Tries(tries.own + 1, tries.outages, tries.takenBefore);
        }
        boolean othersSucceed = tries.outages > 0 && lastSucceeded.get() > tries.takenBefore;
        return othersSucceed && !withOthers ? new Tries(tries.own, tries.outages + 1, tries.takenBefore)
                : new Tries(tries.own, 1, taken.get());
    }

    public int failures(String image) {
        Tries tries = failing.get(image);
        return tries == null ? 0 : tries.failures();
    }
}
