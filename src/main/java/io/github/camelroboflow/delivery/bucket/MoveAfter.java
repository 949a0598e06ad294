package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.FailureReport;
import io.github.camelroboflow.delivery.bucket.TakenObject.Place;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * Moves objects to {@code done} or {@code failed}: what was worked on is put there, then the original is deleted if it is still
 * that.
 */
final class MoveAfter implements AfterReading {

    /** What S3 copies by itself, in bytes. */
    private static final long LARGEST_COPY = 5L << 30;

    private final Bucket bucket;
    private final String done;
    private final FailedPrefix failed;
    private final Places places = new Places();
    /** Objects that failed and stay in the inbox, since they are too large for a copy. */
    private final Set<String> immovable = ConcurrentHashMap.newKeySet();

    MoveAfter(Bucket bucket, String done, FailedPrefix failed) {
        this.bucket = bucket;
        this.done = done;
        this.failed = failed;
    }

    @Override
    public List<BucketObject> unfinished(List<BucketObject> objects) {
        return immovable.isEmpty() ? objects : objects.stream().filter(object -> !isFinished(object)).toList();
    }

    @Override
    public boolean isFinished(BucketObject object) {
        return immovable.contains(object.identity());
    }

    @Override
    public Place reserve(BucketObject object, String name, Instant modified) throws IOException {
        return places.reserve(name, modified, candidate -> {
            Optional<HeadObjectResponse> there = bucket.head(Places.key(done, candidate, ""));
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
        bucket.delete(image.object());
    }

    private void put(TakenObject image) throws IOException {
        Place place = image.place();
        while (!bucket.putIfAbsent(Places.key(done, place.name(), ""), image.file(), image.facts())) {
            if (isFiledAt(place, image.object())) {
                // by an earlier try whose answer did not come
                return;
            }
            // another program has filed an image of this name meanwhile
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
            immovable.add(image.object().identity());
            return key;
        }
        String key = failed.file(image, report);
        bucket.delete(image.object());
        return key;
    }

    @Override
    public void forget(BucketObject object) {
        immovable.remove(object.identity());
    }
}
