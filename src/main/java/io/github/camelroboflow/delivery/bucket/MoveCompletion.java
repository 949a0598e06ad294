package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.bucket.TakenObject.Place;
import io.github.camelroboflow.delivery.bucket.TakenObject.Places;
import io.github.camelroboflow.delivery.bucket.client.Bucket;
import io.github.camelroboflow.delivery.bucket.client.BucketException;
import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.delivery.bucket.client.ObjectStore.StoredObject;
import io.github.camelroboflow.delivery.bucket.client.ObjectVersion;
import io.github.camelroboflow.delivery.failure.FailureReport;
import io.github.camelroboflow.inference.support.LruMap;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves objects to {@code done} or {@code failed}: puts the processed image there, then deletes the original if it is still the
 * same.
 */
final class MoveCompletion implements CompletionStrategy {

    /** The largest object that S3 copies itself, in bytes. */
    private static final long LARGEST_COPY = 5L << 30;

    /**
     * The pause before the next attempt for an object that failed and could not be moved: an archived one may be restored
     * meanwhile.
     */
    private static final Duration BEFORE_NEXT_TRY = Duration.ofHours(1);

    /** The number of objects that each map remembers. */
    private static final int MOST = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(MoveCompletion.class);

    private final Bucket bucket;
    private final String inbox;
    private final String done;
    private final FailedPrefix failed;
    private final Places places = new Places();
    /** The versions of moved objects, by their identity: a listing may show them for a while. */
    private final Map<String, ObjectVersion> moved = Collections.synchronizedMap(new LruMap<>(MOST));
    /** Objects that were processed and could not be moved. */
    private final Set<String> left = Collections.synchronizedSet(Collections.newSetFromMap(new LruMap<>(MOST)));
    /** The objects that failed and could not be moved, with the time by {@link System#nanoTime()}. */
    private final Map<String, Long> failedAndLeft = Collections.synchronizedMap(new LruMap<>(MOST));

    MoveCompletion(Bucket bucket, String inbox, String done, FailedPrefix failed) {
        this.bucket = bucket;
        this.inbox = inbox;
        this.done = done;
        this.failed = failed;
    }

    @Override
    public List<BucketObject> unfinished(List<BucketObject> objects) {
        return objects.stream().filter(object -> !isLeft(object)).toList();
    }

    @Override
    public boolean isFinished(BucketObject object) throws IOException {
        if (isLeft(object)) {
            return true;
        }
        ObjectVersion before = moved.get(object.identity());
        Optional<StoredObject> now = before == null ? Optional.empty() : bucket.head(object.key());
        if (now.isEmpty() || !before.looksLike(now.get())) {
            // it is gone although a listing still shows it, or it is a new object
            return false;
        }
        bucket.delete(object.key(), before);
        if (bucket.head(object.key()).filter(before::looksLike).isPresent()) {
            left.add(object.identity());
            LOG.warn("{} was processed and stored, and is still in the inbox: {}; it stays there",
                    MessageText.printable(object.key()), before.is(now.get()) ? "the server accepts its deletion but still has it"
                            : "the server now reports another etag, so it may be another image");
        }
        return true;
    }

    @Override
    public Place reserve(BucketObject object, String name, Instant modified) throws IOException {
        return places.reserve(name, modified, candidate -> {
            Optional<StoredObject> there = bucket.head(Places.key(done, candidate, ""));
            boolean filed = there.isPresent() && FailedPrefix.isCopy(there.get(), object);
            return there.isEmpty() || filed ? Optional.of(new Place(candidate, filed)) : Optional.empty();
        });
    }

    @Override
    public void release(Place place) {
        places.release(place);
    }

    @Override
    public void done(TakenObject image) throws IOException {
        if (!image.place().filed()) {
            put(image);
        }
        delete(image);
    }

    @Override
    public Optional<String> finishedKey(TakenObject image) throws IOException {
        return isFiledAt(image.place(), image.object()) ? Optional.of(Places.key(done, image.place().name(), ""))
                : Optional.empty();
    }

    private void delete(TakenObject image) throws IOException {
        bucket.delete(image.object().key(), image.version());
        image.found().forEach(found -> moved.put(found.identity(), image.version()));
    }

    private void put(TakenObject image) throws IOException {
        Place place = image.place();
        while (!bucket.putIfAbsent(Places.key(done, place.name(), ""), image.file(), image.metadata())) {
            if (isFiledAt(place, image.object())) {
                // an earlier attempt stored it, and its response was lost
                return;
            }
            // another program has stored an image of this name meanwhile
            Place next = reserve(image.object(), image.name(), image.modified());
            if (!next.equals(place)) {
                release(next);
            }
            if (next.filed()) {
                return;
            }
            place = next;
        }
    }

    private boolean isFiledAt(Place place, BucketObject object) throws BucketException {
        return bucket.head(Places.key(done, place.name(), "")).filter(there -> FailedPrefix.isCopy(there, object)).isPresent();
    }

    @Override
    public String failed(TakenObject image, FailureReport report) throws IOException {
        if (image.file() == null && image.object().size() > LARGEST_COPY) {
            String key = failed.report(image, report);
            leave(image, true);
            return key;
        }
        String key = failed.file(image, report);
        delete(image);
        return key;
    }

    @Override
    public void leave(TakenObject image, boolean ofFailed) {
        for (BucketObject found : image.found()) {
            if (ofFailed) {
                failedAndLeft.put(found.identity(), System.nanoTime());
            } else {
                left.add(found.identity());
            }
        }
    }

    private boolean isLeft(BucketObject object) {
        Long since = failedAndLeft.get(object.identity());
        return left.contains(object.identity()) || since != null && System.nanoTime() - since < BEFORE_NEXT_TRY.toNanos();
    }

    @Override
    public void probe(boolean ofFailed) throws IOException {
        bucket.probe().look(done);
        bucket.probe().write(ofFailed ? failed.prefix() : done);
        bucket.probe().delete(inbox);
    }

    @Override
    public void forget(BucketObject object) {
        left.remove(object.identity());
        failedAndLeft.remove(object.identity());
    }
}
