package io.github.camelroboflow.delivery.scale.work;

import io.github.camelroboflow.delivery.scale.ImageReference;
import io.github.camelroboflow.delivery.scale.work.ReferencedImages.TakenReference;
import io.github.camelroboflow.delivery.scale.work.TopicReader.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The work for a message. Only one thread at a time works on it; the messages and the lease are thread-safe. */
final class ReferenceJob {

    /** The last step for a message, which can be repeated after a failure half-way. */
    @FunctionalInterface
    interface LastStep {
        void run() throws Exception;
    }

    private final ImageReference reference;
    /** The message, and the others of the same image that came meanwhile. */
    private final List<Message> messages = new ArrayList<>();
    private volatile long leasedAt;
    private volatile boolean leased;

    /** The image; {@code null} before it was found. */
    TakenReference image;
    /** The step that is left; {@code null} as long as the image is to be processed. */
    LastStep last;
    /** The reason for which an earlier worker was moving the image to failed; empty if none was. */
    String failure = "";
    /** How often the image has failed by its own fault; negative if this failure is not counted yet. */
    int tries = -1;
    /** Whether the dead letters have its message. */
    boolean hasLetter;
    /** Whether the held job has given its room back, since another worker has its image. */
    boolean withoutRoom;
    int holds;
    /** The time of the next try, by {@link System#nanoTime()}. */
    volatile long due;
    /** The number of jobs that were done when the last step failed; negative before that. */
    long doneAtFailure = -1;

    /** @param reference {@code null} for a message that is no reference */
    ReferenceJob(ImageReference reference, Message first) {
        this.reference = reference;
        messages.add(first);
    }

    ImageReference reference() {
        return reference;
    }

    UUID claim() {
        return reference.claim();
    }

    synchronized ConsumerRecord<String, byte[]> record() {
        return messages.get(0).record();
    }

    synchronized String place() {
        return messages.get(0).place();
    }

    synchronized void add(Message another) {
        messages.add(another);
    }

    synchronized void finished() {
        messages.forEach(Message::finished);
    }

    /** Records that the lease began or was renewed by a request that was sent at this time. */
    void leased(long since) {
        leasedAt = since;
        leased = true;
    }

    void lost() {
        leased = false;
    }

    /** Returns whether the image is certainly this worker's for some time more. */
    boolean isLeasedFor(Duration lease, Duration more) {
        return leased && System.nanoTime() - leasedAt < lease.minus(more).toNanos();
    }

    boolean isLeased() {
        return leased;
    }
}
