package io.github.camelroboflow.hosted.http;

import java.time.Duration;

/**
 * Until when something must have ended.
 *
 * @param timeout  how long it was given, for messages
 * @param nanoTime the end, on the clock of {@link System#nanoTime()}
 */
public record Deadline(Duration timeout, long nanoTime) {

    /** That long from now. */
    public static Deadline in(Duration timeout) {
        return new Deadline(timeout, System.nanoTime() + timeout.toNanos());
    }

    /** What is left of the time; not negative. */
    public Duration left() {
        return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
    }
}
