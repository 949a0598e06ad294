package io.github.camelroboflow.inference;

/** There is no such model, or clients may not use it. */
public class UnknownModelException extends RoboflowRejectedException {

    public UnknownModelException(String message) {
        super(message);
    }
}
