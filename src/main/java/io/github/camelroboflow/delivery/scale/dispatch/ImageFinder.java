package io.github.camelroboflow.delivery.scale.dispatch;

import io.github.camelroboflow.delivery.bucket.BucketInbox;
import io.github.camelroboflow.delivery.bucket.BucketSettings;
import io.github.camelroboflow.delivery.bucket.ListObjects;
import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.delivery.folder.SharedInbox.SharedImage;
import io.github.camelroboflow.delivery.folder.SharedInbox;
import io.github.camelroboflow.delivery.scale.ClaimTable;
import io.github.camelroboflow.delivery.scale.ImageReference.Kind;
import io.github.camelroboflow.delivery.scale.ImageReference;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.camel.Exchange;

/** Finds the images of a source. */
public sealed interface ImageFinder extends AutoCloseable {

    /** Returns the address of the source, for people. */
    String source();

    /**
     * Opens the source as far as that is possible without another machine.
     *
     * @throws IOException if it can't be used; the start ends then
     */
    void open() throws IOException;

    /** Returns a sentence for each reason why {@link #open} would fail, as far as it is known without making anything. */
    List<String> foreseenFailures();

    /**
     * Finds images. Some may have a claim already.
     *
     * @param exchange the exchange of the look
     * @param most     the greatest number wanted; a page of a listing may hold more
     * @throws IOException if the source can't be read now
     */
    List<ImageReference> find(Exchange exchange, int most) throws IOException;

    /** Finds images that a program had taken when it was killed, before it recorded their claims. */
    List<ImageReference> unclaimed(ClaimTable claims) throws IOException;

    @Override
    void close();

    /**
     * Takes the files of an inbox.
     *
     * @param folder the inbox as the user wrote it
     * @param inbox  the folders
     */
    record FolderFinder(Path folder, SharedInbox inbox) implements ImageFinder {

        @Override
        public String source() {
            return folder.toString();
        }

        @Override
        public void open() throws IOException {
            inbox.id();
        }

        @Override
        public List<String> foreseenFailures() {
            return inbox.foreseenFailures();
        }

        @Override
        public List<ImageReference> find(Exchange exchange, int most) throws IOException {
            return references(inbox.take(most));
        }

        @Override
        public List<ImageReference> unclaimed(ClaimTable claims) throws IOException {
            Set<UUID> inWork = inbox.inWork();
            inWork.removeAll(claims.known(inWork));
            List<SharedImage> images = new ArrayList<>();
            for (UUID claim : inWork) {
                inbox.image(claim).ifPresent(images::add);
            }
            return references(images);
        }

        private List<ImageReference> references(List<SharedImage> images) throws IOException {
            String place = inbox.id();
            Instant now = Instant.now();
            return images.stream().map(image -> new ImageReference(image.claim(), Kind.FILE, place, image.key(), image.name(),
                    image.size(), Long.toString(image.modified()), now, 0)).toList();
        }

        @Override
        public void close() {
            inbox.close();
        }
    }

    /** Lists the objects of a bucket, which stay there. */
    final class BucketFinder implements ImageFinder {

        private final BucketSettings settings;
        private final BucketInbox inbox;
        private final ListObjects list;

        public BucketFinder(BucketSettings settings, BucketInbox inbox) {
            this.settings = settings;
            this.inbox = inbox;
            this.list = ListObjects.alone(inbox);
        }

        @Override
        public String source() {
            return inbox.source();
        }

        @Override
        public void open() {
            // the first look opens it, since the server may be down
        }

        @Override
        public List<String> foreseenFailures() {
            return List.of();
        }

        @Override
        public List<ImageReference> find(Exchange exchange, int most) throws IOException {
            list.process(exchange);
            Instant now = Instant.now();
            return Stream.of(exchange.getMessage().getBody(BucketObject[].class)).map(object -> new ImageReference(
                    UUID.randomUUID(), Kind.S3, settings.bucket(), object.key(),
                    object.key().substring(settings.inbox().length()), object.size(), object.etag(), now, 0)).toList();
        }

        /** Returns none: a listing finds them again. */
        @Override
        public List<ImageReference> unclaimed(ClaimTable claims) {
            return List.of();
        }

        @Override
        public void close() {
            // the context closes the inbox
        }
    }
}
