package io.github.camelroboflow.inference;

import java.time.Duration;
import java.util.Optional;

/** A failure after which the same request may succeed later: the engine is down, busy, stopping, or out of time. */
public class RoboflowUnavailableException extends RoboflowException {

    private final transient Duration retryAfter;

    public RoboflowUnavailableException(String message) {
        this(message, null, null);
    }

    public RoboflowUnavailableException(String message, Throwable cause) {
        this(message, cause, null);
    }

    /** @param retryAfter the wait that the server asked for, or {@code null} if it asked for none */
    public RoboflowUnavailableException(String message, Throwable cause, Duration retryAfter) {
        super(message, cause);
        this.retryAfter = retryAfter;
    }

    /** Returns the wait before a retry that the server asked for, if any. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
