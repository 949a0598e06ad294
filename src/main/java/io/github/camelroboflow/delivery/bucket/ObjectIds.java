package io.github.camelroboflow.delivery.bucket;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Short names of one length, 64 hex digits, for what has a long one in a bucket. */
final class ObjectIds {

    private ObjectIds() {
    }

    static String of(String bucket, BucketObject object) {
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
