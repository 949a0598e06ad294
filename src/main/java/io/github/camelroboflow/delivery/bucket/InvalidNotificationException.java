package io.github.camelroboflow.delivery.bucket;

/** A message that is no event notification of the watched bucket; the message tells what is wrong with it. */
final class InvalidNotificationException extends RuntimeException {

    InvalidNotificationException(String message) {
        super(message);
    }

    InvalidNotificationException(String message, Throwable cause) {
        super(message, cause);
    }
}
