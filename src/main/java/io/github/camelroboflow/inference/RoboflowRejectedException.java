package io.github.camelroboflow.inference;

import java.util.OptionalInt;

/**
 * The service refuses every request of this kind: the key is wrong, the quota is spent, the model isn't there. A person must act.
 */
public class RoboflowRejectedException extends RoboflowException {

    private final int status;

    public RoboflowRejectedException(String message) {
        this(message, 0);
    }

    /** @param status the HTTP status that it was refused with */
    public RoboflowRejectedException(String message, int status) {
        super(message);
        this.status = status;
    }

    public RoboflowRejectedException(String message, Throwable cause) {
        super(message, cause);
        this.status = 0;
    }

    /** The HTTP status that it was refused with; empty if it wasn't a server's answer. */
    public OptionalInt status() {
        return status == 0 ? OptionalInt.empty() : OptionalInt.of(status);
    }
}
