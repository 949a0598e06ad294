package io.github.camelroboflow.delivery.bucket.client;

import io.github.camelroboflow.delivery.bucket.client.ObjectStore.StoredObject;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/**
 * The marks by which an object is recognized after it was read. A listing, HEAD and GET can each report another etag of the same
 * object, for instance if it was uploaded in parts.
 *
 * @param etags    all reported etags, or synthetic ones
 * @param modified the time of the upload; {@code null} if it is unknown
 */
public record ObjectVersion(Set<String> etags, long size, Instant modified) {

    public ObjectVersion {
        etags = Set.copyOf(etags);
    }

    /** Returns the version of an object that was not read. */
    public static ObjectVersion of(BucketObject object) {
        return new ObjectVersion(Set.of(object.etag()), object.size(), null);
    }

    /** Returns the version of an object that was read, and that a listing may have reported with another etag. */
    public static ObjectVersion of(BucketObject found, StoredObject read) {
        return new ObjectVersion(Set.of(read.etag()), read.size(), read.modified()).with(found.etag());
    }

    public ObjectVersion with(String etag) {
        Set<String> more = new HashSet<>(etags);
        more.add(etag);
        return new ObjectVersion(more, size, modified);
    }

    /** Returns whether the server describes exactly this object. */
    public boolean is(StoredObject now) {
        return etags.stream().anyMatch(etag -> Etags.isOf(etag, now.reported(), now.size(), now.modified()));
    }

    /** Returns whether the server describes an object of the same second and size. */
    public boolean looksLike(StoredObject now) {
        return now.size() != null && now.size() == size && modified != null && now.modified() != null
                && now.modified().getEpochSecond() == modified.getEpochSecond();
    }

    /**
     * The etags of objects, or synthetic ones for a server without etags: the size and the second of the last change. (S3 reports
     * the time to the millisecond only in a listing.)
     */
    public static final class Etags {

        private static final String SYNTHETIC = "no-etag-";

        private Etags() {
        }

        /** @param reported the server's etag, perhaps with quotes; {@code null} or empty if there is none */
        public static String of(String reported, Long size, Instant modified) {
            return reported == null || unquoted(reported).isEmpty() ? synthetic(size, modified) : unquoted(reported);
        }

        /** Returns whether an etag is synthetic, so that it can't be a condition of a request. */
        public static boolean isSynthetic(String etag) {
            return etag.startsWith(SYNTHETIC);
        }

        /** Returns whether a response describes the object that had this etag. */
        public static boolean isOf(String etag, String reported, Long size, Instant modified) {
            return etag.equals(isSynthetic(etag) ? synthetic(size, modified) : unquoted(reported));
        }

        private static String synthetic(Long size, Instant modified) {
            return SYNTHETIC + size + "-" + (modified == null ? "unknown" : modified.getEpochSecond());
        }

        /** Removes quotes, and the prefix of weak etags, which proxies put before the etags of others. */
        public static String unquoted(String etag) {
            return etag == null ? null : etag.strip().replaceFirst("^W/", "").replace("\"", "");
        }
    }
}
