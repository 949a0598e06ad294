package io.github.camelroboflow.delivery.bucket;

/**
 * One object can't be taken while others can: this is no outage, and the object is tried again later. (It has no cause, which would
 * tell of an outage.)
 */
final class ObjectFailureException extends Exception {

    ObjectFailureException(String message) {
        super(message);
    }
}
