package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.Taken;
import io.github.camelroboflow.inference.LruMap;
import io.github.camelroboflow.inference.Printable;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes an event notification a list of the objects that are to be taken; if there are none, the route ends here. A message that is
 * no notification, or of another bucket, fails, so that the queue's redrive policy deals with it; the log names it once.
 */
public final class NotedObjects implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(NotedObjects.class);
    private static final int MOST_NAMED = 1000;

    private final Set<String> named = Collections.synchronizedSet(Collections.newSetFromMap(new LruMap<>(MOST_NAMED)));
    private BucketInbox inbox;
    private String idHeader = "CamelAwsSqsMessageId";

    /** The inbox that the notifications are about. */
    public void setInbox(BucketInbox inbox) {
        this.inbox = inbox;
    }

    /** The header that tells a message from others. */
    public void setIdHeader(String idHeader) {
        this.idHeader = idHeader;
    }

    @Override
    public void process(Exchange exchange) {
        List<BucketObject> objects;
        try {
            String message = String.valueOf(exchange.getMessage().getBody(String.class));
            objects = Notification.read(message).stream().map(this::ofThisBucket)
                    .filter(object -> inbox.name(object.key()).isPresent() || inbox.name(object.asSent()).isPresent()).toList();
        } catch (InvalidNotificationException e) {
            String id = exchange.getMessage().getHeader(idHeader, "?", String.class);
            if (named.add(id)) {
                LOG.warn("The message {} stays in the queue, for its redrive policy: {}", Printable.of(id),
                        Printable.of(e.getMessage()));
            }
            throw e;
        }
        if (objects.isEmpty()) {
            Taken.nothing(exchange);
        }
        exchange.getMessage().setBody(objects);
    }

    private BucketObject ofThisBucket(Notification.Created created) {
        if (!created.bucket().equals(inbox.bucketName())) {
            throw new InvalidNotificationException("it is about the bucket " + created.bucket() + ", and s3.bucket is "
                    + inbox.bucketName());
        }
        return created.object();
    }
}
