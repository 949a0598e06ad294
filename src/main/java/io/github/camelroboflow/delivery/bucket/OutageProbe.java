package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.bucket.client.Bucket;
import io.github.camelroboflow.delivery.bucket.client.BucketException;
import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.delivery.failure.CloudErrorResponse;
import io.github.camelroboflow.inference.support.LruMap;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Distinguishes a failure of one object from an outage. After a failure of one object, it tries the same with others, or with an
 * object that does not exist. Only if that fails too is the bucket down.
 */
final class OutageProbe {

    private static final Logger LOG = LoggerFactory.getLogger(OutageProbe.class);
    private static final int MOST = 10_000;
    private static final int LISTED = 20;
    private static final int READ = 3;

    private final Bucket bucket;
    private final String inbox;
    private final String done;
    private final CompletionStrategy completion;
    /** The objects that could not be read at the last attempt. */
    private final Set<String> unreadable =
            Collections.synchronizedSet(Collections.newSetFromMap(new LruMap<>(MOST)));

    /** @param done the prefix with processed images, which can be read too; {@code null} if they stay in the inbox */
    OutageProbe(Bucket bucket, String inbox, String done, CompletionStrategy completion) {
        this.bucket = bucket;
        this.inbox = inbox;
        this.done = done;
        this.completion = completion;
    }

    /** Makes one for objects that are only read. */
    static OutageProbe ofReads(Bucket bucket, String prefix) {
        return new OutageProbe(bucket, prefix, null, null);
    }

    /** Returns whether no object can be read now, like this one. */
    boolean isReadingDown(String key, BucketException failure) {
        if (failure.isLocal() || failure.answer().filter(CloudErrorResponse::isAboutAll).isPresent()) {
            return true;
        }
        boolean down = failure.answer().filter(CloudErrorResponse::isAboutObject).isEmpty() && !othersCanBeRead(key, failure);
        unreadable.add(key);
        return down;
    }

    /** Records that an object was read. */
    void wasRead(String key) {
        unreadable.remove(key);
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
                // a server that reports a missing object may still have lost the contents of all
                return false;
            }
            bucket.probe().read(inbox);
            return true;
        } catch (BucketException e) {
            LOG.debug("other objects can't be read either", e);
            return false;
        }
    }

    /** Returns some objects that are probably readable. */
    private List<String> others(String prefix, String key, String behind) throws BucketException {
        return bucket.listFirst(prefix, behind, LISTED).stream().map(BucketObject::key).filter(other -> !other.equals(key)
                && !other.endsWith("/") && !unreadable.contains(other)).toList();
    }

    private boolean canBeRead(String key) {
        try {
            bucket.readFirstByte(key);
            return true;
        } catch (BucketException e) {
            LOG.debug("this object can't be read either", e);
            // the next probe skips it, so that a few bad objects don't hide readable ones
            unreadable.add(key);
            return false;
        }
    }

    /**
     * Returns whether no image can be finished now, like this one.
     *
     * @param failed whether the failure was about a failed image
     */
    boolean isFinishingDown(Exception failure, boolean failed) {
        if (!(failure instanceof BucketException bucketFailure) || bucketFailure.isLocal()) {
            return true;
        }
        try {
            completion.probe(failed);
            return false;
        } catch (IOException e) {
            LOG.debug("another object can't be finished either", e);
            return true;
        }
    }
}
