package io.github.camelroboflow.server;

import io.github.camelroboflow.inference.RoboflowRejectedException;

/** There is no such model, or none that clients may use. */
public class UnknownModelException extends RoboflowRejectedException {

    public UnknownModelException(String message) {
        super(message);
    }
}
