package io.github.camelroboflow.inference;

/**
 * The base class of all failures of an inference. The message is one sentence for a person: what happened, to which
 * image and model, and what to do. It never contains a key, a URL with a key, or image bytes.
 */
public class RoboflowException extends RuntimeException {

    public RoboflowException(String message) {
        super(message);
    }

    public RoboflowException(String message, Throwable cause) {
        super(message, cause);
    }
}
