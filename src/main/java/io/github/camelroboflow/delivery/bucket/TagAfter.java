package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.FailureReport;
import io.github.camelroboflow.delivery.bucket.TakenObject.Place;
import io.github.camelroboflow.inference.Printable;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.Tag;

/**
 * Leaves objects where they are, with a tag that says what became of them and another with the etag that it is true of: an object
 * that is put under the key while it is tagged would otherwise pass for done. They are remembered, too, since tags don't show in a
 * listing.
 */
final class TagAfter implements AfterReading {

    static final String OUTCOME = "camel-roboflow";
    static final String ETAG = "camel-roboflow-etag";

    private static final Logger LOG = LoggerFactory.getLogger(TagAfter.class);
    /** What S3 says of tags that are too many, or of others that it would not take today. */
    private static final Set<String> REFUSED = Set.of("InvalidTag", "BadRequest");

    private final Bucket bucket;
    private final String inbox;
    private final LeaveAfter left;
    private final FailedPrefix failed;

    TagAfter(Bucket bucket, String inbox, FailedPrefix failed, Memory memory) {
        this.bucket = bucket;
        this.inbox = inbox;
        this.failed = failed;
        this.left = new LeaveAfter(bucket, inbox, failed, memory);
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
        boolean tagged = bucket.tags(object.key()).contains(tag(ETAG, object.etag()));
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
        bucket.trial().tag(inbox);
        bucket.trial().readTags(inbox);
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
            bucket.tag(object.key(), List.of(tag(OUTCOME, outcome), tag(ETAG, object.etag())));
        } catch (BucketException e) {
            if (e.answer().filter(answer -> REFUSED.contains(answer.code())).isEmpty()) {
                throw e;
            }
            LOG.warn("{} is {} but gets no tag, S3 takes no more for it: {}", Printable.of(object.key()), outcome,
                    Printable.of(e.getMessage()));
        }
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }
}
