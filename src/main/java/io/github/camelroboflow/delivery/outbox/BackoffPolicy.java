package io.github.camelroboflow.delivery.outbox;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long between two tries, and when to give up.
 *
 * @param first   the pause after the first failure; doubled after each further one
 * @param longest the longest pause, also where a receiver asks for more
 * @param keepFor how long a row is tried for
 */
record BackoffPolicy(Duration first, Duration longest, Duration keepFor) {

    BackoffPolicy {
        if (first.isZero() || longest.compareTo(first) < 0 || keepFor.isZero()) {
            throw new IllegalArgumentException("outbox.retryAfter must be more than 0, outbox.maxRetryAfter no less than that, and"
                    + " outbox.keepFor more than 0");
        }
    }

    /**
     * The pause after so many failures, with up to a quarter less at random, so that what failed together is not repeated together.
     *
     * @param failures at least 1
     * @param asked    what the receiver asked for, or {@code null}
     */
    Duration delay(int failures, Duration asked) {
        long doubled = first.toMillis() << Math.min(Math.max(failures, 1) - 1, 20);
        long pause = Math.min(doubled, longest.toMillis());
        long jittered = pause - ThreadLocalRandom.current().nextLong(pause / 4 + 1);
        return Duration.ofMillis(asked == null ? jittered : Math.min(Math.max(jittered, asked.toMillis()), longest.toMillis()));
    }

    /** The pause before the last try of a row whose deadline has passed. */
    Duration lastPause() {
        return longest;
    }

    /**
     * Whether a row is given up after a failure: when the failure before this one was past the deadline, too. So a clock that
     * jumps ahead or a program that was off for days leaves each row at least two tries, with the {@link #lastPause} between.
     *
     * @param before when the row was tried before, or 0 if it was not
     * @param now    when it was tried now
     */
    boolean isExpired(long deadline, long before, long now) {
        return deadline < Math.min(before, now);
    }

    /** The deadline, brought nearer if the clock was set back: no row is kept for longer than it would be if it came now. */
    long deadline(long deadline, long now) {
        return Math.min(deadline, now + keepFor.toMillis());
    }
}
