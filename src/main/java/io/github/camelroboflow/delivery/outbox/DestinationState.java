package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.source.AcceptedDestinations;
import java.time.Duration;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The sender's state of a destination. While the destination is up, several rows are sent at the same time. While it is down, one
 * row at a time is sent as a probe, after a growing pause. It is down when it can't be reached or requests a pause, or when
 * {@value #FAILURES} messages have failed without a success between. If as many failures are of fewer messages, the messages may be
 * the cause and have pauses of their own. The destination is degraded then, and other messages are sent one at a time. Used by one
 * thread, except for {@link #ended()}.
 */
final class DestinationState {

    private static final int FAILURES = 3;

    private final String id;
    private final String address;
    private final BackoffPolicy backoff;
    private final int most;
    private final AtomicInteger inFlight = new AtomicInteger();
    private int failures;
    /** The messages that failed since the last success; no more than needed for a decision. */
    private final Set<String> failing = new HashSet<>();
    private int pauses;
    private long pausedUntil;
    /** The time of a failure in milliseconds since 1970, and by the monotonic clock; 0 if there is none. */
    private long mark;
    private long markedAt;
    /** Counts the pauses, to recognize attempts that started before the last one. */
    private int generation;

    /** @param most the number of rows that are sent at the same time */
    DestinationState(String id, String uri, BackoffPolicy backoff, int most) {
        this.id = id;
        this.address = AcceptedDestinations.redactedAddress(uri);
        this.backoff = backoff;
        this.most = most;
    }

    String id() {
        return id;
    }

    /** Returns the destination's name for people. */
    String address() {
        return address;
    }

    boolean isDown() {
        return pauses > 0;
    }

    /** Returns whether the last few messages all failed and the destination is not known to be down. */
    boolean isDegraded() {
        return !isDown() && failures >= FAILURES;
    }

    int inFlight() {
        return inFlight.get();
    }

    int generation() {
        return generation;
    }

    /**
     * Returns the number of further rows that may be sent now. It is 0 while few are possible, so that several rows are claimed
     * together.
     */
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

    /** Returns the rest of the pause. */
    Duration remainingPause(long nanoTime) {
        return isDown() ? Duration.ofNanos(Math.max(0, pausedUntil - nanoTime)) : Duration.ZERO;
    }

    void begun() {
        inFlight.incrementAndGet();
    }

    void ended() {
        inFlight.decrementAndGet();
    }

    /** Records a success. Returns whether the destination was down. */
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
     * Records a failure.
     *
     * @param messageId the id of the message, which is unique for the destination
     * @param begunIn   the generation in which the attempt started
     * @return whether a pause starts with it
     */
    boolean failed(String messageId, DeliveryFailure failure, int begunIn, long nanoTime) {
        failures++;
        if (failing.size() < FAILURES) {
            failing.add(messageId);
        }
        boolean alreadyDown = isDown() && begunIn != generation;
        if (alreadyDown || !isDown() && !failure.destinationDown() && failing.size() < FAILURES) {
            return false;
        }
        pauses++;
        generation++;
        pausedUntil = nanoTime + backoff.delay(pauses, failure.retryAfter()).toNanos();
        return true;
    }

    /**
     * Returns the time before which a deadline must lie for a row to be given up, whether or not the row itself was tried. Call it
     * when a pause starts. It is the time of a failure that is at least the longest pause ago by the monotonic clock. So the
     * destination has that long to recover if the machine's clock jumps ahead or the program was off for days.
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
