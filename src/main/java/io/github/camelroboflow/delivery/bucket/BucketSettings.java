package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.bucket.client.ObjectStore;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The settings of a bucket that images come to. A prefix has a slash at its end, unless it is empty.
 *
 * @param bucket      its name
 * @param inbox       the prefix that images come to; empty for the whole bucket but {@code done} and {@code failed}
 * @param done        the prefix that images are moved to when all their results are delivered
 * @param failed      the prefix that reports about images end below that can't be processed, and, if images are moved, those images
 * @param after       the end of an object that is finished
 * @param maxSize     in bytes; larger objects fail without being read
 * @param work        the folder that images are in while they are worked on
 * @param maxAttempts how often an image is tried whose failure may be its own; a damaged image is tried once
 */
public record BucketSettings(String bucket, String inbox, String done, String failed, After after, long maxSize, Path work,
        int maxAttempts) {

    /** Names what becomes of an object that is finished. */
    public enum After {
        MOVE, TAG, LEAVE
    }

    public BucketSettings {
        inbox = prefix(inbox);
        done = prefix(done);
        failed = prefix(failed);
    }

    private static String prefix(String text) {
        String prefix = text.strip();
        return prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
    }

    /**
     * @param store the bucket, whose settings the message names
     * @throws IllegalArgumentException if images would come back to the inbox, or there is no bucket
     */
    public void check(ObjectStore store) {
        if (bucket.isEmpty()) {
            throw new IllegalArgumentException(store.setting("bucket") + " is not set: it names the bucket that images come to");
        }
        Stream.of(done, failed).filter(inbox::startsWith).findFirst().ifPresent(prefix -> {
            throw new IllegalArgumentException(store.setting("inbox") + "=" + inbox + " lies in "
                    + (prefix.isEmpty() ? "the whole bucket" : prefix) + ", where images end (" + store.setting("done") + ", "
                    + store.setting("failed") + "): they would be taken in again, so give them a prefix of their own");
        });
    }

    /** Returns a key's part below the inbox. */
    String name(String key) {
        return key.substring(inbox.length());
    }

    /** Tells whether the key is of an image that has left the inbox, though its prefix lies in that of the inbox. */
    boolean isOut(String key) {
        return key.startsWith(done) || key.startsWith(failed);
    }
}
