package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.FailureReport;
import io.github.camelroboflow.delivery.bucket.TakenObject.Place;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Leaves objects where they are and remembers them by bucket, key and etag: a new object under a known key is a new image. */
final class LeaveAfter implements AfterReading {

    private final Bucket bucket;
    private final FailedPrefix failed;
    private final Memory memory;
    private final String source;
    private final Places places = new Places();

    /** @param inbox the prefix whose listings show the objects */
    LeaveAfter(Bucket bucket, String inbox, FailedPrefix failed, Memory memory) {
        this.bucket = bucket;
        this.source = bucket.source(inbox);
        this.failed = failed;
        this.memory = memory;
    }

    @Override
    public List<BucketObject> unfinished(List<BucketObject> objects) {
        if (objects.isEmpty()) {
            return objects;
        }
        Set<String> known = memory.known(objects.stream().map(this::id).toList());
        return objects.stream().filter(object -> !known.contains(id(object))).toList();
    }

    @Override
    public boolean isFinished(BucketObject object) {
        return unfinished(List.of(object)).isEmpty();
    }

    @Override
    public Place reserve(BucketObject object, String name, Instant modified) throws IOException {
        return places.reserve(name, modified, candidate -> Optional.of(new Place(candidate, false)));
    }

    @Override
    public void release(Place place) {
        places.release(place);
    }

    @Override
    public void done(TakenObject image) {
        finish(image);
    }

    @Override
    public String failed(TakenObject image, FailureReport report) throws IOException {
        String key = failed.report(image, report);
        finish(image);
        return key;
    }

    @Override
    public void leave(TakenObject image, boolean failed) {
        finish(image);
    }

    void finish(TakenObject image) {
        image.found().forEach(this::remember);
    }

    @Override
    public void probe(boolean ofFailed) throws IOException {
        if (ofFailed) {
            bucket.trial().write(failed.prefix());
        }
    }

    @Override
    public void forget(BucketObject object) {
        memory.forget(id(object));
    }

    void remember(BucketObject object) {
        memory.remember(id(object), source);
    }

    private String id(BucketObject object) {
        return ObjectIds.of(bucket.name(), object);
    }
}
