package io.github.camelroboflow.delivery.bucket;

import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The operator's settings for a bucket. */
final class BucketSettings {

    enum After {
        MOVE, TAG, LEAVE;

        static After of(String text) {
            String name = text.strip().toUpperCase(Locale.ROOT);
            return Stream.of(values()).filter(after -> after.name().equals(name)).findFirst().orElseThrow(() ->
                    new IllegalArgumentException("s3.after=" + text + " is none of move, tag and leave"));
        }
    }

    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})\\s*(B|KB|MB|GB)?", Pattern.CASE_INSENSITIVE);

    String bucket;
    String inbox = "inbox/";
    String done = "done/";
    String failed = "failed/";
    String afterText = "move";
    String maxSizeText = "500MB";
    After after;
    long maxSize;
    Path work = Path.of("data/work");

    /** Adds a slash to a prefix, unless it is empty or has one. */
    static String prefix(String text) {
        String prefix = text.strip();
        return prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
    }

    static long bytes(String text) {
        Matcher size = SIZE.matcher(text.strip());
        if (!size.matches()) {
            throw new IllegalArgumentException("s3.maxSize=" + text + " is no size: write 300MB, or a number of bytes");
        }
        String unit = size.group(2) == null ? "B" : size.group(2).toUpperCase(Locale.ROOT);
        return Long.parseLong(size.group(1)) * switch (unit) {
            case "KB" -> 1_000L;
            case "MB" -> 1_000_000L;
            case "GB" -> 1_000_000_000L;
            default -> 1L;
        };
    }

    /** @throws IllegalArgumentException if a value is invalid, or images would return to the inbox */
    void check() {
        after = After.of(afterText);
        maxSize = bytes(maxSizeText);
        if (bucket == null || bucket.isEmpty()) {
            throw new IllegalArgumentException("s3.bucket is not set: it names the bucket that images come to");
        }
        Stream.of(done, failed).filter(inbox::startsWith).findFirst().ifPresent(prefix -> {
            throw new IllegalArgumentException("s3.inbox=" + inbox + " lies in " + (prefix.isEmpty() ? "the whole bucket" : prefix)
                    + ", where images end (s3.done, s3.failed): they would be taken in again, so give them a prefix of their own");
        });
    }

    /** Returns the part of a key below the inbox. */
    String name(String key) {
        return key.substring(inbox.length());
    }

    /** Returns whether a key belongs to an image that has left the inbox, although its prefix is inside the inbox. */
    boolean isOut(String key) {
        return key.startsWith(done) || key.startsWith(failed);
    }
}
