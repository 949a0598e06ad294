package io.github.camelroboflow.hosted;

import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.time.Duration;

/** A try failed in a way that may pass. */
final class TransientFailureException extends RoboflowUnavailableException {

    /** @param retryAfter how long the server asked to wait, or {@code null} if it did not say */
    TransientFailureException(String message, Throwable cause, Duration retryAfter) {
        super(message, cause, retryAfter);
    }
}
