package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.bucket.client.Bucket;
import io.github.camelroboflow.delivery.bucket.client.BucketException;
import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.delivery.failure.AwsErrorResponse;
import io.github.camelroboflow.inference.support.LruMap;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what fails for one object from what fails for all: when something has failed for one, the same is tried with others, or
 * with an object that is not there. Only if that fails, too, is the bucket itself down.
 */
final class OutageProbe {

    private static final Logger LOG = LoggerFactory.getLogger(OutageProbe.class);
    private static final int MOST = 10_000;
    private static final int LISTED = 20;
    private static final int READ = 3;

    /** With these S3 tells of the object itself: it is archived, or is a mark of one that was deleted. */
    private static final Set<String> CODES_FOR_OBJECT = Set.of("InvalidObjectState", "PreconditionFailed", "MethodNotAllowed");
    /** With these it tells of us. */
    private static final Set<String> CODES_FOR_ALL = Set
            .of("NoSuchBucket", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken",
            "InvalidToken", "TokenRefreshRequired", "RequestTimeTooSkewed", "RequestExpired", "AuthorizationHeaderMalformed",
            "PermanentRedirect", "AccountProblem", "NotSignedUp", "AllAccessDisabled");

    private final Bucket bucket;
    private final String inbox;
    private final String done;
    private final CompletionStrategy completion;
    /** Objects that could not be read when that was last tried. */
    private final Set<String> unreadable =
            Collections.synchronizedSet(Collections.newSetFromMap(new LruMap<>(MOST)));

    /** @param done where processed images can be read, too; {@code null} if they stay in the inbox */
    OutageProbe(Bucket bucket, String inbox, String done, CompletionStrategy after) {
        this.bucket = bucket;
        this.inbox = inbox;
        this.done = done;
        this.completion = after;
    }

    /** Whether no object can be read now, as this one could not. */
    boolean isReadingDown(String key, BucketException failure) {
        if (failure.isLocal() || is(failure, CODES_FOR_ALL)) {
            return true;
        }
        boolean down = !is(failure, CODES_FOR_OBJECT) && !othersCanBeRead(key, failure);
        unreadable.add(key);
        return down;
    }

    /** Notes that an object was read. */
    void wasRead(String key) {
        unreadable.remove(key);
    }

    private static boolean is(BucketException failure, Set<String> codes) {
        return failure.answer().map(AwsErrorResponse::code).filter(codes::contains).isPresent();
    }

    private boolean othersCanBeRead(String key, BucketException failure) {
        try {
            List<String> others = others(inbox, key, null);
            if (others.isEmpty()) {
                others = others(inbox, key, key);
            }
            if (others.stream().limit(READ).anyMatch(this::canBeRead)) {
                return true;
            }
            List<String> filed = done == null ? List.of() : others(done, key, null);
            if (!filed.isEmpty() || !others.isEmpty()) {
                return filed.stream().limit(READ).anyMatch(this::canBeRead);
            }
            if (failure.answer().filter(answer -> answer.status() < 500 && !answer.code().startsWith("KMS")).isEmpty()) {
                // a server that tells of an absent object may have lost the contents of all
                return false;
            }
            bucket.probe().read(inbox);
            return true;
        } catch (BucketException e) {
            LOG.debug("nor can others", e);
            return false;
        }
    }

    /** Some that may well be read. */
    private List<String> others(String prefix, String key, String behind) throws BucketException {
        return bucket.listFirst(prefix, behind, LISTED).stream().map(BucketObject::key).filter(other -> !other.equals(key)
                && !other.endsWith("/") && !unreadable.contains(other)).toList();
    }

    private boolean canBeRead(String key) {
        try {
            bucket.readFirstByte(key);
            return true;
        } catch (BucketException e) {
            LOG.debug("nor can this one be read", e);
            // the next probe asks for others, so that a few of a kind don't hide those that can be read
            unreadable.add(key);
            return false;
        }
    }

    /**
     * Whether no image can be finished now, as this one could not.
     *
     * @param failed whether it was about an image that failed
     */
    boolean isFinishingDown(Exception failure, boolean failed) {
        if (!(failure instanceof BucketException ofBucket) || ofBucket.isLocal()) {
            return true;
        }
        try {
            completion.probe(failed);
            return false;
        } catch (IOException e) {
            LOG.debug("nor can another", e);
            return true;
        }
    }
}
