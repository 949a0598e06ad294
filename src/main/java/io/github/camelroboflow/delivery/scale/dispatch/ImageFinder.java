package io.github.camelroboflow.delivery.scale.dispatch;

import io.github.camelroboflow.delivery.bucket.AnnouncedObjects.AnnouncedObject;
import io.github.camelroboflow.delivery.bucket.AnnouncedObjects.Announcement;
import io.github.camelroboflow.delivery.bucket.AnnouncedObjects;
import io.github.camelroboflow.delivery.bucket.BucketInbox;
import io.github.camelroboflow.delivery.bucket.BucketSettings;
import io.github.camelroboflow.delivery.bucket.ListObjects;
import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.delivery.bucket.client.EventQueue;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Exchange;

/** Finds the images of a source. */
public sealed interface ImageFinder extends AutoCloseable {

    /** Returns the address of the source, for people. */
    String source();

    /**
     * Opens the source as far as that is possible without another machine. A source on another machine may be down, so the first
     * look opens it.
     *
     * @throws IOException if it can't be used; the start ends then
     */
    default void open() throws IOException {
        // nothing is on this machine
    }

    /** Returns a sentence for each reason why {@link #open} would fail, as far as it is known without making anything. */
    default List<String> foreseenFailures() {
        return List.of();
    }

    /**
     * Finds images. Some may have a claim already.
     *
     * @param exchange the exchange of the look
     * @param most     the greatest number wanted; a page of a listing may hold more
     * @throws IOException if the source can't be read now
     */
    List<ImageReference> find(Exchange exchange, int most) throws IOException;

    /** Tells that the claims of images are on disk, so that the source need not keep them for another look. */
    default void claimed(List<ImageReference> images) {
        // most sources keep nothing
    }

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

    /**
     * A bucket whose objects stay there until their images have an outcome.
     *
     * @param topic the topic of the references
     */
    record ObjectPlace(String topic, Kind kind, BucketSettings settings, BucketInbox inbox) {

        private ImageReference reference(UUID claim, BucketObject object) {
            return new ImageReference(claim, kind, settings.bucket(), object.key(),
                    object.key().substring(settings.inbox().length()), object.size(), object.etag(), Instant.now(), 0);
        }

        private ImageReference reference(AnnouncedObject announced) {
            BucketObject object = announced.object();
            return reference(ImageReference.claimOf(topic, kind, settings.bucket(), object.key(), announced.event()), object);
        }
    }

    /** Lists objects. */
    final class BucketFinder implements ImageFinder {

        private final ObjectPlace place;
        private final ListObjects list;

        public BucketFinder(ObjectPlace place) {
            this.place = place;
            this.list = ListObjects.alone(place.inbox());
        }

        @Override
        public String source() {
            return place.inbox().source();
        }

        @Override
        public List<ImageReference> find(Exchange exchange, int most) throws IOException {
            list.process(exchange);
            return Stream.of(exchange.getMessage().getBody(BucketObject[].class))
                    .map(object -> place.reference(UUID.randomUUID(), object)).toList();
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

    /** Receives events of objects. A message is deleted when all of its objects have claims. */
    final class EventFinder implements ImageFinder {

        private final ObjectPlace place;
        private final AnnouncedObjects events;
        private final List<Held> held = new ArrayList<>();

        /** A message whose objects may have no claims yet. */
        private record Held(EventQueue.Message message, Set<UUID> claims) {
        }

        public EventFinder(ObjectPlace place, AnnouncedObjects events) {
            this.place = place;
            this.events = events;
        }

        @Override
        public String source() {
            return place.inbox().source();
        }

        @Override
        public List<ImageReference> find(Exchange exchange, int most) throws IOException {
            List<ImageReference> found = new ArrayList<>();
            for (Announcement announcement : events.receive(most)) {
                List<ImageReference> images = announcement.objects().stream().map(place::reference).toList();
                found.addAll(images);
                held.add(new Held(announcement.message(), images.stream().map(ImageReference::claim).collect(Collectors.toSet())));
            }
            return found;
        }

        @Override
        public void claimed(List<ImageReference> images) {
            Set<UUID> claims = images.stream().map(ImageReference::claim).collect(Collectors.toSet());
            List<Held> safe = held.stream().filter(message -> claims.containsAll(message.claims())).toList();
            held.removeAll(safe);
            events.delete(safe.stream().map(Held::message).toList());
        }

        /** Returns none: their messages come again. */
        @Override
        public List<ImageReference> unclaimed(ClaimTable claims) {
            held.clear();
            return List.of();
        }

        @Override
        public void close() {
            events.close();
        }
    }
}
