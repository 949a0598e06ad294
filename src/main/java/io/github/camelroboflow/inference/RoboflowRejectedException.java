package io.github.camelroboflow.inference;

import java.util.OptionalInt;

/**
 * A rejection of every request of this kind: the key is wrong, the quota is used up, or the model does not exist. A
 * person must act.
 */
public class RoboflowRejectedException extends RoboflowException {

    private final int status;

    public RoboflowRejectedException(String message) {
        this(message, 0);
    }

    /** @param status the HTTP status of the rejection */
    public RoboflowRejectedException(String message, int status) {
        super(message);
        this.status = status;
    }

    public RoboflowRejectedException(String message, Throwable cause) {
        super(message, cause);
        this.status = 0;
    }

    /** Returns the HTTP status of the rejection; empty if no server sent it. */
    public OptionalInt status() {
        return status == 0 ? OptionalInt.empty() : OptionalInt.of(status);
    }

    /** There is no such model, or clients may not use it. */
    public static class UnknownModelException extends RoboflowRejectedException {

        public UnknownModelException(String message) {
            super(message);
        }
    }
}
