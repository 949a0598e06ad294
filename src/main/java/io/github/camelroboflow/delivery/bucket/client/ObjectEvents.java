package io.github.camelroboflow.delivery.bucket.client;

import java.util.List;

/** Reads the messages by which a cloud announces new objects. */
public interface ObjectEvents {

    /**
     * An object that was put into a bucket.
     *
     * @param sequencer a text that the events of an object do not share; {@code null} if the server sends none
     */
    record Created(String bucket, BucketObject object, String sequencer) {
    }

    /**
     * Returns the announced objects. Messages about other events announce none.
     *
     * @throws InvalidNotificationException if it is not a message of this cloud
     */
    List<Created> read(String message);

    /** @throws InvalidNotificationException if the key of a missing object is none that this cloud would have sent */
    void checkKey(String asSent);

    /** Thrown for a message that is no event notification of the watched bucket. */
    final class InvalidNotificationException extends RuntimeException {

        private static final int LONGEST_QUOTE = 60;

        public InvalidNotificationException(String message) {
            super(message);
        }

        public InvalidNotificationException(String message, Throwable cause) {
            super(message, cause);
        }

        /** @param service the name of the service whose notification it should be */
        public static InvalidNotificationException of(String service, String message, Exception cause) {
            String start = message.length() <= LONGEST_QUOTE ? message : message.substring(0, LONGEST_QUOTE) + "…";
            return new InvalidNotificationException("it is no event notification of " + service + "; it begins with: " + start,
                    cause);
        }
    }
}
