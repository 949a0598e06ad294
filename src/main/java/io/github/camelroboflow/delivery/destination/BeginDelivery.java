package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.delivery.disk.Disk;
import io.github.camelroboflow.delivery.disk.PendingWrites;
import io.github.camelroboflow.delivery.source.ImageExchange;
import io.github.camelroboflow.inference.support.ContractNames;
import java.io.File;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.SynchronizationAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a delivery that {@link EndDelivery} ends. Makes sure that the name of the result is set and safe: a source of the user's
 * own may not have set it, or may use a name that others chose.
 */
public final class BeginDelivery implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(BeginDelivery.class);

    /** @throws IllegalStateException if there is no result to deliver */
    @Override
    public void process(Exchange exchange) {
        if (DeliveryExchange.header(exchange, ContractNames.RESULT_KEY).isEmpty()) {
            throw DeliveryExchange.noResult();
        }
        ImageExchange.checkDelivery(exchange);
        PendingWrites pendingWrites = DeliveryOutcomes.begin(exchange).pendingWrites();
        exchange.getExchangeExtension().addOnCompletion(new DiscardOnEnd(pendingWrites));
        exchange.getMessage().setHeader(ImageExchange.RESULT_FILE, DeliveryExchange.resultFile(exchange));
        exchange.setProperty(ContractNames.IMAGE_NAME, DeliveryExchange.imageName(exchange));
        File image = exchange.getVariable(ImageExchange.IMAGE, File.class);
        if (image != null && exchange.getProperty(ContractNames.SOURCE, "", String.class).startsWith("file:")) {
            // the writer of the image may not have forced it
            pendingWrites.add(new SourceImage(image.toPath()));
        }
        exchange.setProperty(ContractNames.SOURCE, DeliveryExchange.source(exchange));
    }

    /** The source image, whose bytes must be on disk before it is moved to done. */
    private record SourceImage(Path file) implements PendingWrites.Write {

        @Override
        public void force() throws IOException {
            try {
                Disk.force(file);
            } catch (NoSuchFileException e) {
                // the image was removed, which must not stop its results
                LOG.debug("gone", e);
            }
        }

        @Override
        public Set<Path> publish() {
            return Set.of();
        }

        @Override
        public void discard() {
            // the file belongs to the source
        }
    }

    /** Discards the writes of a delivery that did not reach its end. */
    private static final class DiscardOnEnd extends SynchronizationAdapter {

        private final PendingWrites pendingWrites;

        DiscardOnEnd(PendingWrites pendingWrites) {
            this.pendingWrites = pendingWrites;
        }

        @Override
        public void onDone(Exchange exchange) {
            pendingWrites.discard();
        }
    }
}
