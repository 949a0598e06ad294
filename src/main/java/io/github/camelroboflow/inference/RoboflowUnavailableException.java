package io.github.camelroboflow.inference;

import java.time.Duration;
import java.util.Optional;

/** No answer now, but the same request may succeed later: the engine is down, busy, stopping, or out of time. */
public class RoboflowUnavailableException extends RoboflowException {

    private final transient Duration retryAfter;

    public RoboflowUnavailableException(String message) {
        this(message, null, null);
    }

    public RoboflowUnavailableException(String message, Throwable cause) {
        this(message, cause, null);
    }

    /** @param retryAfter how long the server asked to wait, or {@code null} if it did not say */
    public RoboflowUnavailableException(String message, Throwable cause, Duration retryAfter) {
        super(message, cause);
        this.retryAfter = retryAfter;
    }

    /** How long the server asked to wait before another try, where it said so. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
