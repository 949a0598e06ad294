package io.github.camelroboflow.delivery.bucket;

/**
 * An object as a listing or an event tells of it.
 *
 * @param key    its whole key; others chose it: it may hold anything
 * @param etag   without quotes, or what {@link Etags} makes instead; {@code null} if an event does not tell
 * @param size   in bytes; negative if not told
 * @param asSent how an event wrote the key, which may be the key itself; {@code null} if a listing told
 */
record BucketObject(String key, String etag, long size, String asSent) {

    BucketObject(String key, String etag, long size) {
        this(key, etag, size, null);
    }

    boolean isKnownInFull() {
        return etag != null && size >= 0;
    }

    boolean isNoted() {
        return asSent != null;
    }

    BucketObject withKey(String other) {
        return new BucketObject(other, etag, size, asSent);
    }

    /** What tells it from another object that has or had its key. */
    String identity() {
        return etag + "/" + key;
    }
}
