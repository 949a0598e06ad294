package io.github.camelroboflow.delivery.bucket.client;

import io.github.camelroboflow.delivery.bucket.client.ObjectVersion.Etags;
import io.github.camelroboflow.inference.support.Hashes;

/**
 * An object as a listing or an event describes it.
 *
 * @param key    its whole key; others chose it, so it can hold anything
 * @param etag   without quotes, or a synthetic one of {@link Etags}; {@code null} if an event does not hold it
 * @param size   in bytes; negative if unknown
 * @param asSent the key as an event wrote it, which may be the key itself; {@code null} for an object of a listing
 */
public record BucketObject(String key, String etag, long size, String asSent) {

    public BucketObject(String key, String etag, long size) {
        this(key, etag, size, null);
    }

    public boolean isKnownInFull() {
        return etag != null && size >= 0;
    }

    public boolean isNoted() {
        return asSent != null;
    }

    public BucketObject withKey(String other) {
        return new BucketObject(other, etag, size, asSent);
    }

    /** Returns the identity, which distinguishes it from earlier and later objects of its key. */
    public String identity() {
        return etag + "/" + key;
    }

    /** Ids of equal length, 64 hex digits, for the long names in a bucket. */
    public static final class ObjectIds {

        private ObjectIds() {
        }

        public static String of(String bucket, BucketObject object) {
            return hash(bucket, object.key(), object.etag());
        }

        /** Returns the id of a listing. Two listings that show different objects never have the same. */
        static String ofListing(String server, String bucket, String prefix) {
            return hash(server, bucket, prefix);
        }

        private static String hash(String... parts) {
            // a key can't hold NUL
            return Hashes.sha256Hex(String.join("\0", parts));
        }
    }

    /** The result of reading an object. */
    public sealed interface ReadResult {

        /** The content is on disk now. */
        record Content(ObjectMetadata metadata, ObjectVersion version) implements ReadResult {
        }

        enum Nothing implements ReadResult {
            /** There is no such object. */
            GONE,
            /** There is another object, or the server describes it differently than before. */
            CHANGED
        }
    }
}
