package io.github.camelroboflow.inference.support;

import java.time.Duration;

/**
 * Pauses between attempts: the first, doubled after each further failure up to the longest.
 *
 * @param first   the pause after the first failure
 * @param longest the longest pause, no shorter than the first
 */
public record Backoff(Duration first, Duration longest) {

    /** Doublings beyond this number reach any longest pause. */
    private static final int MOST_DOUBLINGS = 20;

    /** Returns the pause after a number of failures, at least 1. */
    public Duration pause(int failures) {
        return limited(first.multipliedBy(1L << Math.min(Math.max(failures, 1) - 1, MOST_DOUBLINGS)));
    }

    /** Returns the pause after another one. */
    public Duration after(Duration last) {
        return limited(last.multipliedBy(2));
    }

    /** Returns a pause, or the longest if it is shorter. */
    public Duration limited(Duration pause) {
        return pause.compareTo(longest) < 0 ? pause : longest;
    }
}
