package io.github.camelroboflow.hosted.http;

import java.time.Duration;

/**
 * A point in time at which an operation fails if it has not ended.
 *
 * @param timeout the time that the operation was given, for messages
 * @param nanoTime the deadline, on the clock of {@link System#nanoTime()}
 */
public record Deadline(Duration timeout, long nanoTime) {

    /** Returns the deadline that is the timeout from now. */
    public static Deadline in(Duration timeout) {
        return new Deadline(timeout, System.nanoTime() + timeout.toNanos());
    }

    /** Returns the remaining time; not negative. */
    public Duration left() {
        return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
    }
}
