package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.bucket.client.Bucket;
import io.github.camelroboflow.delivery.bucket.client.BucketException;
import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.delivery.bucket.client.EventQueue;
import io.github.camelroboflow.delivery.bucket.client.EventQueue.Message;
import io.github.camelroboflow.delivery.bucket.client.ObjectEvents.Created;
import io.github.camelroboflow.delivery.bucket.client.ObjectEvents.InvalidNotificationException;
import io.github.camelroboflow.inference.support.LogThrottle;
import io.github.camelroboflow.inference.support.MessageText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The objects that event notifications announce, for a program that only hands them on. A message that is not deleted comes again
 * when it is not hidden any more. Messages that are no notifications are handled here.
 */
public final class AnnouncedObjects implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AnnouncedObjects.class);
    private static final int MOST_RECEIVED = 32;
    /** The part of the time that messages are hidden for, in which they are received; the rest is for the claims. */
    private static final int SHARE = 3;
    /** Stands for an etag that nobody knows: the object is read whichever it is. */
    private static final String UNKNOWN = "unknown";

    private final LogThrottle undeleted = new LogThrottle(Duration.ofHours(1));
    private final EventQueue queue;
    private final BucketInbox inbox;
    private final Bucket bucket;
    private final NotifiedObjects notifications;

    /**
     * A message with the objects that it announces; with none if it is about others.
     *
     * @param message to be deleted when the objects are safe
     */
    public record Announcement(Message message, List<AnnouncedObject> objects) {
    }

    /**
     * An object.
     *
     * @param event a text that other events of the object do not have, but the same event that comes again has
     */
    public record AnnouncedObject(BucketObject object, String event) {
    }

    /** @param inbox the inbox that the notifications are about; it is not opened */
    public AnnouncedObjects(EventQueue queue, BucketInbox inbox) {
        this.queue = queue;
        this.inbox = inbox;
        this.bucket = new Bucket(inbox.store());
        this.notifications = new NotifiedObjects(inbox, queue.refusal());
    }

    /**
     * Receives messages that wait.
     *
     * @param most the greatest number of messages
     */
    public List<Announcement> receive(int most) throws BucketException {
        long end = System.nanoTime() + queue.hiddenFor().toNanos() / SHARE;
        List<Announcement> announcements = new ArrayList<>();
        List<Message> messages = queue.receive(Math.min(most, MOST_RECEIVED), true);
        int received = messages.size();
        while (!messages.isEmpty()) {
            for (Message message : messages) {
                read(message).ifPresent(announcements::add);
            }
            boolean more = received < most && System.nanoTime() - end < 0;
            messages = more ? queue.receive(Math.min(most - received, MOST_RECEIVED), false) : List.of();
            received += messages.size();
        }
        return announcements;
    }

    private Optional<Announcement> read(Message message) throws BucketException {
        try {
            List<AnnouncedObject> objects = new ArrayList<>();
            for (Created created : notifications.read(message.id(), message.text())) {
                String event = Objects.requireNonNullElse(created.sequencer(), message.id());
                find(created.object()).ifPresent(object -> objects.add(new AnnouncedObject(object, event)));
            }
            return Optional.of(new Announcement(message, objects));
        } catch (InvalidNotificationException e) {
            notifications.logInvalid(message.id(), e);
            queue.refuse(message);
            return Optional.empty();
        }
    }

    /** Finds out which of two keys is meant, and the etag, if the message leaves that open. Empty if the object is gone. */
    private Optional<BucketObject> find(BucketObject sent) throws BucketException {
        boolean plain = sent.key().equals(sent.asSent()) && sent.key().indexOf('%') < 0;
        if (plain && sent.isKnownInFull()) {
            return Optional.of(sent);
        }
        List<String> keys = Stream.of(sent.key(), sent.asSent()).distinct().filter(key -> inbox.name(key).isPresent()).toList();
        try {
            for (String key : keys) {
                Optional<BucketObject> object = bucket.find(key);
                if (object.isPresent()) {
                    return sent.isKnownInFull() ? Optional.of(sent.withKey(key)) : object;
                }
            }
        } catch (BucketException e) {
            if (e.answer().isEmpty() || e.answer().get().isAboutAll()) {
                throw e;
            }
            LOG.debug("a worker finds out whose fault it is", e);
            return Optional.of(sent.isKnownInFull() ? sent.withKey(keys.get(0)) : new BucketObject(keys.get(0), UNKNOWN, 0));
        }
        bucket.events().checkKey(sent.asSent());
        LOG.info("{} does not exist, although a message announced it; it may have been taken, moved or deleted since",
                MessageText.printable(sent.asSent()));
        return Optional.empty();
    }

    /** Deletes messages whose objects are safe. Logs a failure: the messages come again. */
    public void delete(List<Message> messages) {
        try {
            queue.delete(messages);
        } catch (BucketException e) {
            if (undeleted.shouldLog(e.getClass())) {
                LOG.warn("{}; they come again, and their images are not taken again (logged once an hour)",
                        MessageText.printable(e.getMessage()));
            }
        }
    }

    @Override
    public void close() {
        queue.close();
    }
}
