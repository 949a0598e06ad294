package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.source.AcceptedDestinations;
import java.time.Duration;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the sender knows of a destination. While the destination is up, several rows are sent at once; while it is down, one at a
 * time is sent to try it, after a pause that grows. It counts as down when it can't be reached or asks to be left alone, or when
 * {@value #FAILURES} parcels have failed with no success between. If as many failures are of fewer parcels, it may be well but for
 * these, which have pauses of their own: it is unwell then, and others are sent, one at a time. Used by one thread alone, but for
 * {@link #ended()}.
 */
final class DestinationState {

    private static final int FAILURES = 3;

    private final String id;
    private final String address;
    private final BackoffPolicy backoff;
    private final int most;
    private final AtomicInteger inFlight = new AtomicInteger();
    private int failures;
    /** Since the last success, and no more than it takes to be sure. */
    private final Set<String> failing = new HashSet<>();
    private int pauses;
    private long pausedUntil;
    /** When a failure was, in milliseconds since 1970 and by the clock that nobody sets; 0 if there is none. */
    private long mark;
    private long markedAt;
    /** Tells the tries that were under way when a pause began from those after it. */
    private int generation;

    /** @param most how many rows are sent at once */
    DestinationState(String id, String uri, BackoffPolicy patience, int most) {
        this.id = id;
        this.address = AcceptedDestinations.redactedAddress(uri);
        this.backoff = patience;
        this.most = most;
    }

    String id() {
        return id;
    }

    /** The destination's name for people. */
    String address() {
        return address;
    }

    boolean isDown() {
        return pauses > 0;
    }

    /** Whether it accepts nothing of the little that was sent last, and is not known to be down. */
    boolean isDegraded() {
        return !isDown() && failures >= FAILURES;
    }

    int inFlight() {
        return inFlight.get();
    }

    int generation() {
        return generation;
    }

    /** How many more rows may be sent now; none while there is little room, so that they are claimed several at once. */
    int capacity(long nanoTime) {
        if (isDown()) {
            return inFlight.get() == 0 && nanoTime - pausedUntil >= 0 ? 1 : 0;
        }
        if (isDegraded()) {
            return inFlight.get() == 0 ? 1 : 0;
        }
        int now = inFlight.get();
        return now > most / 2 ? 0 : most - now;
    }

    /** How long the pause lasts still. */
    Duration remainingPause(long nanoTime) {
        return isDown() ? Duration.ofNanos(Math.max(0, pausedUntil - nanoTime)) : Duration.ZERO;
    }

    void begun() {
        inFlight.incrementAndGet();
    }

    void ended() {
        inFlight.decrementAndGet();
    }

    /** Returns whether it was down. */
    boolean succeeded() {
        boolean recovered = isDown();
        failures = 0;
        failing.clear();
        pauses = 0;
        mark = 0;
        generation++;
        return recovered;
    }

    /**
     * Notes a failure.
     *
     * @param parcel  tells what was sent from all else that is sent there
     * @param begunIn the generation in which the try began
     * @return whether a pause begins with it
     */
    boolean failed(String parcel, DeliveryFailure verdict, int begunIn, long nanoTime) {
        failures++;
        if (failing.size() < FAILURES) {
            failing.add(parcel);
        }
        boolean known = isDown() && begunIn != generation;
        if (known || !isDown() && !verdict.destination() && failing.size() < FAILURES) {
            return false;
        }
        pauses++;
        generation++;
        pausedUntil = nanoTime + backoff.delay(pauses, verdict.retryAfter()).toNanos();
        return true;
    }

    /**
     * To be called when a pause begins. Returns the time by which a deadline must have passed for a row to be given up, whether or
     * not it was tried itself: that of a failure which lies at least the longest pause back, measured by a clock that nobody sets.
     * So where the machine's clock jumps ahead, or the program was off for days, the destination has that long to come back.
     */
    OptionalLong overdueBefore(long now, long nanoTime) {
        if (mark == 0) {
            mark = now;
            markedAt = nanoTime;
        }
        if (nanoTime - markedAt < backoff.longest().toNanos()) {
            return OptionalLong.empty();
        }
        long before = mark;
        mark = now;
        markedAt = nanoTime;
        return OptionalLong.of(Math.min(before, now));
    }
}
