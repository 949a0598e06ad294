package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.inference.support.Backoff;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The backoff policy: the pauses between attempts, and the time to give up.
 *
 * @param first   the pause after the first failure; doubled after each further one
 * @param longest the longest pause, even if a receiver requests a longer one
 * @param keepFor the time for which a row is tried
 */
record BackoffPolicy(Duration first, Duration longest, Duration keepFor) {

    BackoffPolicy {
        if (first.isZero() || longest.compareTo(first) < 0 || keepFor.isZero()) {
            throw new IllegalArgumentException("outbox.retryAfter must be more than 0, outbox.maxRetryAfter no less than that, and"
                    + " outbox.keepFor more than 0");
        }
    }

    /**
     * Returns the pause after a number of failures. It is up to a quarter shorter at random, so that messages that failed together
     * are not repeated together.
     *
     * @param failures  at least 1
     * @param requested the pause that the receiver requests, or {@code null}
     */
    Duration delay(int failures, Duration requested) {
        long pause = new Backoff(first, longest).pause(failures).toMillis();
        long jittered = pause - ThreadLocalRandom.current().nextLong(pause / 4 + 1);
        long delay = requested == null ? jittered : Math.max(jittered, requested.toMillis());
        return Duration.ofMillis(Math.min(delay, longest.toMillis()));
    }

    /** Returns the pause before the last attempt of a row whose deadline has passed. */
    Duration lastPause() {
        return longest;
    }

    /**
     * Returns whether a row is given up after a failure: when its deadline had also passed at the failure before. So each row has
     * at least two attempts with the {@link #lastPause} between, even if a clock jumps ahead or the program was off for days.
     *
     * @param before the time of the attempt before, or 0 if there was none
     * @param now    the time of this attempt
     */
    boolean isExpired(long deadline, long before, long now) {
        return deadline < Math.min(before, now);
    }

    /** Returns the deadline, corrected if the clock was set back: no row is kept longer than a new row. */
    long deadline(long deadline, long now) {
        return Math.min(deadline, now + keepFor.toMillis());
    }
}
