package io.github.camelroboflow.delivery.bucket.client;

import java.time.Duration;
import java.util.List;

/**
 * A queue of the messages by which a cloud announces objects. A received message is hidden from all others for a time, and comes
 * back after that unless it is deleted.
 */
public interface EventQueue {

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
     * Returns some messages, or none if there are none now.
     *
     * @param most from 1 to 32
     */
    List<Message> receive(int most) throws BucketException;

    /** Hides a message again for the whole time, from now on. Returns it with its new receipt. */
    Message extend(Message message) throws BucketException;

    void delete(Message message) throws BucketException;

    /** Moves a message that can never be used to another queue, for a person. */
    void refuse(Message message) throws BucketException;

    /** Returns the name of the queue that refused messages are moved to. */
    String refused();
}
