package io.github.camelroboflow.delivery.bucket.client;

import java.time.Duration;
import java.util.List;

/**
 * A queue of the messages by which a cloud announces objects. A received message is hidden from all others for a time, and comes
 * back after that unless it is deleted.
 */
public interface EventQueue extends AutoCloseable {

    /**
     * A received message.
     *
     * @param receipt  proves that it was received; each extension makes another
     * @param received how often it was received so far, by whomever
     */
    record Message(String id, String text, String receipt, long received) {
    }

    String name();

    /** Returns the time for which a received message is hidden. */
    Duration hiddenFor();

    /**
     * Returns some messages. None does not mean that there are none.
     *
     * @param most from 1 to 32
     * @param wait whether it may wait about a second for messages, and finds them for certain
     */
    List<Message> receive(int most, boolean wait) throws BucketException;

    /** Hides a message again for the whole time, from now on. Returns it with its new receipt. */
    Message extend(Message message) throws BucketException;

    /** Deletes messages. One that was received again since may stay. */
    void delete(List<Message> messages) throws BucketException;

    /** Handles a message that is no event notification: it comes again, and after some tries goes to another queue. */
    void refuse(Message message) throws BucketException;

    /** Returns what {@link #refuse} does: the end of a sentence about the message, for a person. */
    String refusal();

    /** Closes the client, if it needs that; the next request makes another. */
    @Override
    default void close() {
        // most clients need none
    }
}
