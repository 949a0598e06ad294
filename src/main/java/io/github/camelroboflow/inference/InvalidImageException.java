package io.github.camelroboflow.inference;

/** An image that can't be processed now or later: it is empty, damaged, too large, or no image. */
public class InvalidImageException extends RoboflowException {

    public InvalidImageException(String message) {
        super(message);
    }

    public InvalidImageException(String message, Throwable cause) {
        super(message, cause);
    }
}
