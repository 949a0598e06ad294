package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.FileNames;
import io.github.camelroboflow.delivery.Taken;
import java.io.IOException;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Processor;
import org.apache.camel.spi.Synchronization;

/**
 * The first step of a route whose messages are objects of a bucket: downloads the object and makes the file the body; when the
 * exchange ends, the object is finished, whatever the steps between have made of the message. If there is nothing to take, the
 * route ends here.
 */
public final class TakeObject implements Processor {

    private BucketInbox inbox;

    /** The inbox that objects are taken from. */
    public void setInbox(BucketInbox inbox) {
        this.inbox = inbox;
    }

    @Override
    public void process(Exchange exchange) throws IOException, InvalidPayloadException {
        Optional<TakenObject> taken = inbox.take(exchange.getMessage().getMandatoryBody(BucketObject.class), exchange);
        if (taken.isEmpty()) {
            Taken.nothing(exchange);
            return;
        }
        TakenObject image = taken.get();
        exchange.getExchangeExtension().addOnCompletion(new Finish(inbox, image));
        String resultFile = FileNames.withSuffix(FileNames.safe(image.place().name()), ".json");
        Taken.describe(exchange, inbox.source(), image.name(), image.object().etag(), resultFile, image.file().toFile());
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
}
