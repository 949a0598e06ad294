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
        List<BucketObject> objects;
        try {
            String message = String.valueOf(exchange.getMessage().getBody(String.class));
            objects = inbox.store().events().read(message).stream().map(this::ofThisBucket)
                    .filter(object -> inbox.name(object.key()).isPresent() || inbox.name(object.asSent()).isPresent()).toList();
        } catch (InvalidNotificationException e) {
            String id = exchange.getMessage().getHeader(ID, "?", String.class);
            if (named.add(id)) {
                LOG.warn("The message {} {}: {}", MessageText.printable(id), invalid,
                        MessageText.printable(e.getMessage()));
            }
            throw e;
        }
        if (objects.isEmpty()) {
            ImageExchange.endWithoutImage(exchange);
        }
        exchange.getMessage().setBody(objects);
    }

    private BucketObject ofThisBucket(Created created) {
        ObjectStore store = inbox.store();
        if (!created.bucket().equals(store.bucket())) {
            throw new InvalidNotificationException("it is about the bucket " + created.bucket() + ", and "
                    + store.property("bucket") + " is " + store.bucket());
        }
        return created.object();
    }
}
