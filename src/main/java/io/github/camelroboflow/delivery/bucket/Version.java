package io.github.camelroboflow.delivery.bucket;

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
record Version(Set<String> etags, long size, Instant modified) {

    Version {
        etags = Set.copyOf(etags);
    }

    /** The version of an object that was not read. */
    static Version of(BucketObject object) {
        return new Version(Set.of(object.etag()), object.size(), null);
    }

    /** The version of an object that was read, and that a listing may have told of with another etag. */
    static Version of(BucketObject told, GetObjectResponse read) {
        return new Version(Set.of(Etags.of(read.eTag(), read.contentLength(), read.lastModified())), read.contentLength(),
                read.lastModified()).with(told.etag());
    }

    Version with(String etag) {
        Set<String> more = new HashSet<>(etags);
        more.add(etag);
        return new Version(more, size, modified);
    }

    /** Whether HEAD tells of this very object. */
    boolean is(HeadObjectResponse now) {
        return etags.stream().anyMatch(etag -> Etags.isOf(etag, now.eTag(), now.contentLength(), now.lastModified()));
    }

    /** Whether HEAD tells of one that was put in the same second, and is as large. */
    boolean looksLike(HeadObjectResponse now) {
        return now.contentLength() != null && now.contentLength() == size && modified != null && now.lastModified() != null
                && now.lastModified().getEpochSecond() == modified.getEpochSecond();
    }
}
