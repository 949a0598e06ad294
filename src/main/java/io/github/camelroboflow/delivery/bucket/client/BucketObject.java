package io.github.camelroboflow.delivery.bucket.client;

import io.github.camelroboflow.delivery.bucket.client.ObjectVersion.Etags;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * An object as a listing or an event tells of it.
 *
 * @param key    its whole key; others chose it: it may hold anything
 * @param etag   without quotes, or what {@link Etags} makes instead; {@code null} if an event does not tell
 * @param size   in bytes; negative if not told
 * @param asSent how an event wrote the key, which may be the key itself; {@code null} if a listing told
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

    /** What tells it from another object that has or had its key. */
    public String identity() {
        return etag + "/" + key;
    }

    /** Short names of one length, 64 hex digits, for what has a long one in a bucket. */
    public static final class ObjectIds {

        private ObjectIds() {
        }

        public static String of(String bucket, BucketObject object) {
            return hash(bucket, object.key(), object.etag());
        }

        /** Of all that a listing shows: two that show different objects never have the same. */
        static String ofListing(String server, String bucket, String prefix) {
            return hash(server, bucket, prefix);
        }

        private static String hash(String... parts) {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                // a key can't hold NUL
                return HexFormat.of().formatHex(digest.digest(String.join("\0", parts).getBytes(StandardCharsets.UTF_8)));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }
    }

    /** The result of reading an object. */
    public sealed interface ReadResult {

        /** Its content is on disk now. */
        record Content(ObjectMetadata facts, ObjectVersion version) implements ReadResult {
        }

        enum Nothing implements ReadResult {
            /** There is no such object. */
            GONE,
            /** There is another one, or the server tells of it in another way than before. */
            CHANGED
        }
    }
}
