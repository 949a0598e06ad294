package io.github.camelroboflow.delivery.bucket;

import java.time.Instant;

/**
 * What tells an object from others that have or had its key: its etag, or, from a server that tells none, its size and the second
 * of its last change. (S3 gives the time to the millisecond in a listing only.)
 */
final class Etags {

    private static final String MADE = "no-etag-";

    private Etags() {
    }

    /** @param told {@code null} or empty if the server told none; may have quotes */
    static String of(String told, Long size, Instant modified) {
        return told == null || unquoted(told).isEmpty() ? made(size, modified) : unquoted(told);
    }

    /** Whether it is none of a server's, so that it can't be a condition of a request. */
    static boolean isMade(String etag) {
        return etag.startsWith(MADE);
    }

    /** Whether what is told of an object now is told of the one that had this etag. */
    static boolean isOf(String etag, String told, Long size, Instant modified) {
        return etag.equals(isMade(etag) ? made(size, modified) : unquoted(told));
    }

    private static String made(Long size, Instant modified) {
        return MADE + size + "-" + (modified == null ? "unknown" : modified.getEpochSecond());
    }

    /** Without quotes, and without the mark of those that are true of what is alike, which proxies put before others' etags. */
    static String unquoted(String etag) {
        return etag == null ? null : etag.strip().replaceFirst("^W/", "").replace("\"", "");
    }
}
