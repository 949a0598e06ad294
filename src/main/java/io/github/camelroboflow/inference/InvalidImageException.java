package io.github.camelroboflow.inference;

/** The image itself can't be processed, now or later: it is empty, damaged, too large, or no image at all. */
public class InvalidImageException extends RoboflowException {

    public InvalidImageException(String message) {
        super(message);
    }

    public InvalidImageException(String message, Throwable cause) {
        super(message, cause);
    }
}
