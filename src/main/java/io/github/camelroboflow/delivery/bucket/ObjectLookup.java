package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.bucket.BucketSettings.After;
import io.github.camelroboflow.delivery.bucket.TakenObject.Places;
import io.github.camelroboflow.delivery.bucket.client.BucketObject.ReadResult;
import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.delivery.bucket.client.ObjectStore.StoredObject;
import io.github.camelroboflow.delivery.bucket.client.ObjectStore;
import io.github.camelroboflow.delivery.failure.FailureReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the image of a bucket by its name or its key, wherever it is now. It only reads. */
public final class ObjectLookup {

    private final ObjectStore store;
    private final BucketSettings settings;
    private final Predicate<BucketObject> inWork;
    private final Predicate<BucketObject> remembered;

    /** The place of an image. */
    public enum Place {
        WAITING, IN_WORK, DONE, FAILED
    }

    /**
     * An image of the bucket.
     *
     * @param name  the name under which it is filed, relative to its prefix
     * @param address its address for people
     * @param since when its object came there
     * @param etag  the etag that it had in the inbox
     */
    public record FoundObject(String name, Place place, String key, String address, Instant since, String etag) {
    }

    /**
     * @param inWork     whether the program works on an object
     * @param remembered whether an object that was left in the bucket is finished
     */
    ObjectLookup(ObjectStore store, BucketSettings settings, Predicate<BucketObject> inWork, Predicate<BucketObject> remembered) {
        this.store = store;
        this.settings = settings;
        this.inWork = inWork;
        this.remembered = remembered;
    }

    /** @param given a key, with or without the bucket before it, the key of a report, or a name relative to the inbox */
    public Optional<FoundObject> find(String given) throws IOException {
        String key = given.replaceFirst("^[a-z0-9]+:/+" + Pattern.quote(store.bucket()) + "/", "");
        String prefix = Stream.of(settings.inbox(), settings.done(), settings.failed())
                .filter(each -> !each.isEmpty() && key.startsWith(each)).findFirst().orElse("");
        String below = key.substring(prefix.length());
        String name = below.endsWith(FailureReport.SUFFIX)
                ? below.substring(0, below.length() - FailureReport.SUFFIX.length()) : below;
        if (name.isEmpty()) {
            return Optional.empty();
        }
        Optional<FoundObject> found = inInbox(name);
        if (found.isEmpty() && settings.after() == After.MOVE) {
            found = in(settings.done(), name, Place.DONE);
        }
        return found.isPresent() ? found : in(settings.failed(), name, Place.FAILED);
    }

    private Optional<FoundObject> inInbox(String name) throws IOException {
        Optional<FoundObject> waiting = in(settings.inbox(), name, Place.WAITING);
        if (waiting.isEmpty()) {
            return waiting;
        }
        BucketObject object = new BucketObject(waiting.get().key(), waiting.get().etag(), -1);
        Place place = inWork.test(object) ? Place.IN_WORK : isFinished(object) ? ended(name) : Place.WAITING;
        return waiting.map(found -> new FoundObject(name, place, found.key(), found.address(), found.since(),
                found.etag()));
    }

    private boolean isFinished(BucketObject object) throws IOException {
        return switch (settings.after()) {
            case MOVE -> false;
            case TAG -> List.of("done", "failed").contains(store.tags(object.key()).get("camel-roboflow"));
            case LEAVE -> remembered.test(object);
        };
    }

    private Place ended(String name) throws IOException {
        return report(name).isPresent() ? Place.FAILED : Place.DONE;
    }

    private Optional<FoundObject> in(String prefix, String name, Place place) throws IOException {
        String key = Places.key(prefix, name, "");
        return store.head(key).map(head -> new FoundObject(name, place, key, store.address() + key, head.modified(),
                etag(head)));
    }

    private static String etag(StoredObject head) {
        return head.originalEtag() != null ? head.originalEtag() : head.etag();
    }

    /** Returns the report about an image; empty if there is none. */
    public Optional<byte[]> report(String name) throws IOException {
        return store.read(Places.key(settings.failed(), name, FailureReport.SUFFIX));
    }

    /** Writes the content of an image into a file. Returns false if it is gone. */
    public boolean download(FoundObject found, Path file) throws IOException {
        return store.read(new BucketObject(found.key(), found.etag(), -1), file, false) instanceof ReadResult.Content;
    }
}
