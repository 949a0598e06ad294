package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.AwsAnswer;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what fails for one object from what fails for all: when something has failed for one, the same is tried with others, or
 * with an object that is not there. Only if that fails, too, is the bucket itself down.
 */
final class Probe {

    private static final Logger LOG = LoggerFactory.getLogger(Probe.class);
    private static final int LISTED = 20;
    private static final int READ = 3;

    /** With these S3 tells of the object itself: it is archived, or is a mark of one that was deleted. */
    private static final Set<String> OF_THE_OBJECT = Set.of("InvalidObjectState", "PreconditionFailed", "MethodNotAllowed");
    /** With these it tells of us. */
    private static final Set<String> OF_US = Set.of("NoSuchBucket", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken",
            "InvalidToken", "TokenRefreshRequired", "RequestTimeTooSkewed", "RequestExpired", "AuthorizationHeaderMalformed",
            "PermanentRedirect", "AccountProblem", "NotSignedUp", "AllAccessDisabled");

    private final Bucket bucket;
    private final String inbox;
    private final AfterReading after;
    /** Objects that can't be read while others can. */
    private final Recent<Boolean> unreadable = new Recent<>();

    Probe(Bucket bucket, String inbox, AfterReading after) {
        this.bucket = bucket;
        this.inbox = inbox;
        this.after = after;
    }

    /** Whether no object can be read now, as this one could not. */
    boolean isReadingDown(String key, BucketException failure) {
        if (failure.isOfThisMachine() || is(failure, OF_US)) {
            return true;
        }
        boolean down = !is(failure, OF_THE_OBJECT) && !othersCanBeRead(key);
        if (!down) {
            unreadable.put(key, true);
        }
        return down;
    }

    private static boolean is(BucketException failure, Set<String> codes) {
        return failure.answer().map(AwsAnswer::code).filter(codes::contains).isPresent();
    }

    private boolean othersCanBeRead(String key) {
        try {
            List<String> others = others(key, null);
            if (others.isEmpty()) {
                others = others(key, key);
            }
            if (others.isEmpty()) {
                bucket.tryToRead(inbox);
                return true;
            }
            return others.stream().limit(READ).anyMatch(this::canBeRead);
        } catch (BucketException e) {
            LOG.debug("nor can others", e);
            return false;
        }
    }

    /** Some that may well be read. */
    private List<String> others(String key, String behind) throws BucketException {
        return bucket.some(inbox, behind, LISTED).stream().map(BucketObject::key).filter(other -> !other.equals(key)
                && !other.endsWith("/") && unreadable.get(other) == null).toList();
    }

    private boolean canBeRead(String key) {
        try {
            bucket.touch(key);
            return true;
        } catch (BucketException e) {
            LOG.debug("nor can this one be read", e);
            return false;
        }
    }

    /**
     * Whether no image can be finished now, as this one could not.
     *
     * @param failed whether it was about an image that failed
     */
    boolean isFinishingDown(Exception failure, boolean failed) {
        if (!(failure instanceof BucketException ofBucket) || ofBucket.isOfThisMachine()) {
            return true;
        }
        try {
            after.probe(failed);
            return false;
        } catch (IOException e) {
            LOG.debug("nor can another", e);
            return true;
        }
    }
}
