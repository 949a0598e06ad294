package io.github.camelroboflow.inference;

/** The service refuses every request of this kind: the key is wrong, the quota is spent, the model isn't there. A person must act. */
public class RoboflowRejectedException extends RoboflowException {

    public RoboflowRejectedException(String message) {
        super(message);
    }

    public RoboflowRejectedException(String message, Throwable cause) {
        super(message, cause);
    }
}
