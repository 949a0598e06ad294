package io.github.camelroboflow.delivery;

/** The database that results wait in can't be used now; the message tells the operator why. No image is at fault. */
public final class DatabaseException extends RuntimeException {

    public DatabaseException(String message, Throwable cause) {
        super(message, cause);
    }
}
