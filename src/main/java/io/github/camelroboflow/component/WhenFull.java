package io.github.camelroboflow.component;

/** The reaction to a message above the concurrency limit of an endpoint. */
public enum WhenFull {
    /** The caller waits, so that a consumer reads no more messages than are in progress. */
    BLOCK,
    /** The message fails at once with a {@link io.github.camelroboflow.inference.RoboflowUnavailableException}. */
    FAIL
}
