package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.delivery.bucket.client.ObjectEvents.Created;
import io.github.camelroboflow.delivery.bucket.client.ObjectEvents.InvalidNotificationException;
import io.github.camelroboflow.delivery.bucket.client.ObjectStore;
import io.github.camelroboflow.delivery.source.ImageExchange;
import io.github.camelroboflow.inference.support.LruMap;
import io.github.camelroboflow.inference.support.MessageText;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets the body to the objects that an event notification announces. Without objects the route ends here. A message that is no
 * notification, or is about another bucket, fails, so that the queue's redrive policy handles it; it is logged once.
 */
public final class NotifiedObjects implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(NotifiedObjects.class);
    private static final int MOST_NAMED = 1000;
    /** The header with the id of a message. */
    static final String ID = "CamelAwsSqsMessageId";

    private final Set<String> named = Collections.synchronizedSet(Collections.newSetFromMap(new LruMap<>(MOST_NAMED)));
    private final BucketInbox inbox;
    private final String invalid;

    /** @param inbox the inbox that the notifications are about */
    public NotifiedObjects(BucketInbox inbox) {
        this(inbox, "stays in the queue, for its redrive policy");
    }

    /** @param invalid the end of a message that is no notification, for a person */
    NotifiedObjects(BucketInbox inbox, String invalid) {
        this.inbox = inbox;
        this.invalid = invalid;
    }

    @Override
    public void process(Exchange exchange) {
        String id = exchange.getMessage().getHeader(ID, "?", String.class);
        List<Created> objects = read(id, String.valueOf(exchange.getMessage().getBody(String.class)));
        if (objects.isEmpty()) {
            ImageExchange.endWithoutImage(exchange);
        }
        exchange.getMessage().setBody(objects.stream().map(Created::object).toList());
    }

    /**
     * Returns the objects of the inbox that a message announces.
     *
     * @throws InvalidNotificationException if it announces nothing of this bucket; it is logged
     */
    List<Created> read(String id, String message) {
        try {
            return inbox.store().events().read(message).stream().map(this::ofThisBucket).filter(this::isInInbox).toList();
        } catch (InvalidNotificationException e) {
            logInvalid(id, e);
            throw e;
        }
    }

    /** Logs a message that is no notification, once. */
    void logInvalid(String id, InvalidNotificationException reason) {
        if (named.add(id)) {
            LOG.warn("The message {} {}: {}", MessageText.printable(id), invalid, MessageText.printable(reason.getMessage()));
        }
    }

    private boolean isInInbox(Created created) {
        return inbox.name(created.object().key()).isPresent() || inbox.name(created.object().asSent()).isPresent();
    }

    private Created ofThisBucket(Created created) {
        ObjectStore store = inbox.store();
        if (!created.bucket().equals(store.bucket())) {
            throw new InvalidNotificationException("it is about the bucket " + created.bucket() + ", and "
                    + store.property("bucket") + " is " + store.bucket());
        }
        return created;
    }
}
