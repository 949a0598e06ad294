package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.bucket.TakenObject.Place;
import io.github.camelroboflow.delivery.bucket.TakenObject.Places;
import io.github.camelroboflow.delivery.bucket.client.Bucket;
import io.github.camelroboflow.delivery.bucket.client.BucketException;
import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.delivery.bucket.client.BucketObject.ObjectIds;
import io.github.camelroboflow.delivery.failure.FailureReport;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Completes an object when its image is done or has failed. Every operation can be repeated after a failure half-way. */
interface CompletionStrategy {

    /** Returns the listed objects that are not known to be finished. */
    List<BucketObject> unfinished(List<BucketObject> objects) throws IOException;

    /** Checks a single object more thoroughly just before it is taken. */
    boolean isFinished(BucketObject object) throws IOException;

    /** Reserves a free place, or the place that this object's image already has. It stays reserved until it is released. */
    TakenObject.Place reserve(BucketObject object, String name, Instant modified) throws IOException;

    /** Releases a place. */
    void release(TakenObject.Place place);

    /** Finishes an object whose results are delivered. */
    void done(TakenObject image) throws IOException;

    /** Returns the key that a finished object has now. Empty if another object has it. */
    default Optional<String> finishedKey(TakenObject image) throws IOException {
        return Optional.of(image.object().key());
    }

    /**
     * Finishes an object that can't be processed, and puts a report in {@code failed}.
     *
     * @return the key of the report
     */
    String failed(TakenObject image, FailureReport report) throws IOException;

    /**
     * Makes an object count as finished although it can't be finished. It stays where it is.
     *
     * @param failed whether its image failed, so that it may be tried again later
     */
    void leave(TakenObject image, boolean failed) throws IOException;

    /**
     * Runs the requests that finish an image, without an image. Fails only if no image can be finished.
     *
     * @param failed whether the probe is about failed images
     */
    void probe(boolean failed) throws IOException;

    /** Makes an object that stayed in the inbox count as new; the next listing finds it. */
    void forget(BucketObject object) throws IOException;

    /**
     * The memory of finished objects that were left where they are. It survives a restart, and keeps an object until complete
     * listings show that it is gone. Listings are counted for each source, which is everything that one kind of listing shows.
     */
    interface FinishedObjects {

        /** Returns the ids that are remembered. */
        Set<String> known(Collection<String> ids);

        /** @param source the source whose listings show the object */
        void remember(String id, String source);

        void forget(String id);

        /** Returns the number of a source's next listing, if it is due and no other program has started it. */
        OptionalLong beginListing(String source);

        /** Records that a listing shows these ids, known or not. */
        void listed(Collection<String> ids, String source, long listing);

        /**
         * Ends a complete listing. Forgets, in small batches, the objects that none of the last listings has shown. Returns their
         * number.
         */
        int endListing(String source, long listing, BooleanSupplier stopping);

        /** Makes a listing that failed due again. */
        void cancelListing(String source);
    }

    /** Leaves objects where they are, and remembers them by bucket, key and etag: a new object with a known key is a new image. */
    final class LeaveCompletion implements CompletionStrategy {

        private final Bucket bucket;
        private final FailedPrefix failed;
        private final FinishedObjects memory;
        private final String source;
        private final Places places = new Places();

        /** @param inbox the prefix whose listings show the objects */
        LeaveCompletion(Bucket bucket, String inbox, FailedPrefix failed, FinishedObjects memory) {
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
                bucket.probe().write(failed.prefix());
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

    /**
     * Leaves objects where they are, with a tag for the outcome and a tag with the etag of the processed object. Without the second
     * tag, an object that replaces another during the tagging would count as done. The objects are remembered too, since listings
     * do not show tags.
     */
    final class TagCompletion implements CompletionStrategy {

        static final String OUTCOME = "camel-roboflow";
        static final String ETAG = "camel-roboflow-etag";

        private static final Logger LOG = LoggerFactory.getLogger(TagCompletion.class);
        /** The codes of S3 for too many tags, or for existing tags that it would not accept today. */
        private static final Set<String> REFUSED = Set.of("InvalidTag", "BadRequest");

        private final Bucket bucket;
        private final String inbox;
        private final LeaveCompletion left;
        private final FailedPrefix failed;

        TagCompletion(Bucket bucket, String inbox, FailedPrefix failed, FinishedObjects memory) {
            this.bucket = bucket;
            this.inbox = inbox;
            this.failed = failed;
            this.left = new LeaveCompletion(bucket, inbox, failed, memory);
        }

        @Override
        public List<BucketObject> unfinished(List<BucketObject> objects) {
            return left.unfinished(objects);
        }

        @Override
        public boolean isFinished(BucketObject object) throws IOException {
            if (left.isFinished(object)) {
                return true;
            }
            boolean tagged = object.etag().equals(bucket.tags(object.key()).get(ETAG));
            if (tagged) {
                left.remember(object);
            }
            return tagged;
        }

        @Override
        public Place reserve(BucketObject object, String name, Instant modified) throws IOException {
            return left.reserve(object, name, modified);
        }

        @Override
        public void release(Place place) {
            left.release(place);
        }

        @Override
        public void done(TakenObject image) throws IOException {
            finish(image, "done");
        }

        @Override
        public String failed(TakenObject image, FailureReport report) throws IOException {
            String key = failed.report(image, report);
            finish(image, "failed");
            return key;
        }

        @Override
        public void leave(TakenObject image, boolean ofFailed) {
            left.leave(image, ofFailed);
        }

        @Override
        public void probe(boolean ofFailed) throws IOException {
            bucket.probe().tag(inbox);
            bucket.probe().readTags(inbox);
            left.probe(ofFailed);
        }

        @Override
        public void forget(BucketObject object) throws IOException {
            bucket.untag(object.key(), List.of(OUTCOME, ETAG));
            left.forget(object);
        }

        private void finish(TakenObject image, String outcome) throws IOException {
            if (bucket.isStill(image.object().key(), image.version())) {
                tag(image.object(), outcome);
            }
            left.finish(image);
        }

        private void tag(BucketObject object, String outcome) throws IOException {
            try {
                bucket.tag(object.key(), Map.of(OUTCOME, outcome, ETAG, object.etag()));
            } catch (BucketException e) {
                if (e.answer().filter(answer -> REFUSED.contains(answer.code())).isEmpty()) {
                    throw e;
                }
                LOG.warn("{} is {} but gets no tag, since S3 accepts no more tags for it: {}", MessageText.printable(object.key()),
                        outcome,
                        MessageText.printable(e.getMessage()));
            }
        }
    }
}
