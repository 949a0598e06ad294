package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.delivery.disk.FileNames;
import io.github.camelroboflow.delivery.failure.FailureClassifier;
import io.github.camelroboflow.delivery.source.ImageExchange;
import io.github.camelroboflow.inference.support.LogThrottle;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Processor;
import org.apache.camel.spi.Synchronization;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first step of a route for objects of a bucket: downloads the object and sets its file as the body. At the end of the exchange
 * the object is finished, whatever the later steps did with the message. If there is nothing to take, the route ends here.
 */
public final class TakeObject implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(TakeObject.class);

    private final LogThrottle logThrottle = new LogThrottle(Duration.ofHours(1));
    private final BucketInbox inbox;

    /** @param inbox the inbox that objects are taken from */
    public TakeObject(BucketInbox inbox) {
        this.inbox = inbox;
    }

    @Override
    public void process(Exchange exchange) throws IOException, InvalidPayloadException, ObjectFailureException {
        BucketObject found = exchange.getMessage().getMandatoryBody(BucketObject.class);
        Optional<TakenObject> taken;
        try {
            taken = inbox.take(found, exchange);
        } catch (RuntimeException e) {
            // an unexpected failure, which nothing else reports
            if (FailureClassifier.outage(e).isEmpty() && logThrottle.shouldLog(e.getClass())) {
                LOG.warn("{} can't be taken, and stays where it is: {}", MessageText.printable(found.key()),
                        FailureClassifier.describe(e), e);
            }
            throw e;
        }
        if (taken.isEmpty()) {
            ImageExchange.endWithoutImage(exchange);
            return;
        }
        TakenObject image = taken.get();
        exchange.getExchangeExtension().addOnCompletion(new Finish(inbox, image));
        String resultFile = FileNames.withSuffix(FileNames.safe(image.place().name()), ".json");
        ImageExchange.describe(exchange, inbox.source(), image.name(), image.object().etag(), resultFile, image.file().toFile());
        exchange.getMessage().setBody(image.file().toFile());
    }

    private record Finish(BucketInbox inbox, TakenObject image) implements Synchronization {

        @Override
        public void onComplete(Exchange exchange) {
            inbox.end(image, exchange);
        }

        @Override
        public void onFailure(Exchange exchange) {
            inbox.end(image, exchange);
        }
    }

    /**
     * Thrown if one object can't be taken while others can: this is no outage, and the object is tried again later. (It has no
     * cause, which would be classified as an outage.)
     */
    static final class ObjectFailureException extends Exception {

        ObjectFailureException(String message) {
            super(message);
        }
    }
}
