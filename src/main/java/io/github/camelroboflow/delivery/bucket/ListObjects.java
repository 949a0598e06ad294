package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.bucket.client.BucketException.BucketRequest;
import io.github.camelroboflow.delivery.bucket.client.BucketException;
import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.delivery.bucket.client.ObjectStore.Page;
import io.github.camelroboflow.delivery.database.DeliveryDatabase.DatabaseException;
import io.github.camelroboflow.inference.support.LogThrottle;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets the body to a list of objects to take: the next ones in the order of their keys, and after the last the first again. Tells
 * Camel's scheduler if there are none. Returns no more objects than can wait in memory.
 */
public final class ListObjects implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(ListObjects.class);

    /** The number of objects that may wait for the route at a time. */
    private static final int MOST_WAITING = 2000;
    /** The number of objects in a page of S3 and of the other clouds. */
    private static final int LONGEST_PAGE = 1000;

    private final LogThrottle logThrottle = new LogThrottle(Duration.ofHours(1));
    private final BucketInbox inbox;
    /** The token of the next page; {@code null} for the first. */
    private String cursor;
    /** The last key that was listed, for the log. */
    private String listed;
    private boolean alone;

    /** @param inbox the inbox whose objects are listed */
    public ListObjects(BucketInbox inbox) {
        this.inbox = inbox;
    }

    /** Makes one for a route that processes a listing before it asks for the next. Objects that it left over are listed again. */
    public static ListObjects alone(BucketInbox inbox) {
        ListObjects list = new ListObjects(inbox);
        list.alone = true;
        return list;
    }

    @Override
    public synchronized void process(Exchange exchange) throws IOException {
        if (alone) {
            inbox.setCamelContext(exchange.getContext());
            inbox.inFlight().forgetWaiting();
        }
        List<BucketObject> objects = found();
        exchange.setProperty(Exchange.SCHEDULER_POLLED_MESSAGES, !objects.isEmpty());
        exchange.getMessage().setBody(objects);
    }

    /** Finds objects, and wraps unexpected failures, which nothing else would report. */
    private List<BucketObject> found() throws IOException {
        try {
            return next();
        } catch (DatabaseException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new BucketException(BucketRequest.LIST.failure(inbox.store().title()) + ": " + e, e);
        }
    }

    private List<BucketObject> next() throws IOException {
        inbox.completion();
        inbox.finishStuck();
        List<BucketObject> found = List.of();
        if (inbox.inFlight().waiting() <= MOST_WAITING - LONGEST_PAGE) {
            do {
                found = inbox.completion().unfinished(page());
            } while (found.isEmpty() && cursor != null && inbox.isRunAllowed());
        }
        found.forEach(inbox.inFlight()::markWaiting);
        return found;
    }

    private List<BucketObject> page() throws IOException {
        Page page = inbox.bucket().list(inbox.prefix(), cursor);
        if (!page.objects().isEmpty()) {
            listed = page.objects().get(page.objects().size() - 1).key();
        }
        if (page.cut() && logThrottle.shouldLog("cut")) {
            LOG.warn("{} holds more than the server lists: its list ends after {}, although the server says that more objects"
                    + " follow",
                    MessageText.printable(inbox.source()), MessageText.printable(String.valueOf(listed)));
        }
        cursor = page.next();
        return page.objects().stream().filter(object -> !inbox.inFlight().contains(object)
                && inbox.name(object.key()).isPresent() && !inbox.isPausing(object)).toList();
    }
}
