package io.github.camelroboflow.delivery.bucket.client;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * The marks of an object that was read, to know it again: a listing, HEAD and GET may each tell another etag of the very same
 * one, for instance where it was put in parts.
 *
 * @param etags    all that were told, or made for want of one
 * @param modified when it was put; {@code null} if that was not told
 */
public record ObjectVersion(Set<String> etags, long size, Instant modified) {

    public ObjectVersion {
        etags = Set.copyOf(etags);
    }

    /** The version of an object that was not read. */
    public static ObjectVersion of(BucketObject object) {
        return new ObjectVersion(Set.of(object.etag()), object.size(), null);
    }

    /** The version of an object that was read, and that a listing may have told of with another etag. */
    static ObjectVersion of(BucketObject told, GetObjectResponse read) {
        return new ObjectVersion(Set.of(Etags.of(read.eTag(), read.contentLength(), read.lastModified())), read.contentLength(),
                read.lastModified()).with(told.etag());
    }

    public ObjectVersion with(String etag) {
        Set<String> more = new HashSet<>(etags);
        more.add(etag);
        return new ObjectVersion(more, size, modified);
    }

    /** Whether HEAD tells of this very object. */
    public boolean is(HeadObjectResponse now) {
        return etags.stream().anyMatch(etag -> Etags.isOf(etag, now.eTag(), now.contentLength(), now.lastModified()));
    }

    /** Whether HEAD tells of one that was put in the same second, and is as large. */
    public boolean looksLike(HeadObjectResponse now) {
        return now.contentLength() != null && now.contentLength() == size && modified != null && now.lastModified() != null
                && now.lastModified().getEpochSecond() == modified.getEpochSecond();
    }

    /**
     * What tells an object from others that have or had its key: its etag, or, from a server that tells none, its size and the
     * second of its last change. (S3 gives the time to the millisecond in a listing only.)
     */
    public static final class Etags {

        private static final String MADE = "no-etag-";

        private Etags() {
        }

        /** @param told {@code null} or empty if the server told none; may have quotes */
        public static String of(String told, Long size, Instant modified) {
            return told == null || unquoted(told).isEmpty() ? made(size, modified) : unquoted(told);
        }

        /** Whether it is none of a server's, so that it can't be a condition of a request. */
        public static boolean isSynthetic(String etag) {
            return etag.startsWith(MADE);
        }

        /** Whether what is told of an object now is told of the one that had this etag. */
        static boolean isOf(String etag, String told, Long size, Instant modified) {
            return etag.equals(isSynthetic(etag) ? made(size, modified) : unquoted(told));
        }

        private static String made(Long size, Instant modified) {
            return MADE + size + "-" + (modified == null ? "unknown" : modified.getEpochSecond());
        }

        /** Without quotes, and without the mark of those that are true of what is alike, which proxies put before others' etags. */
        public static String unquoted(String etag) {
            return etag == null ? null : etag.strip().replaceFirst("^W/", "").replace("\"", "");
        }
    }
}
