package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.FileNames;
import io.github.camelroboflow.delivery.bucket.TakenObject.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The names under which images are being filed, so that no two that are worked on at a time get the same. */
final class Places {

    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS").withZone(ZoneOffset.UTC);
    /** What S3 takes, in bytes. */
    private static final int LONGEST_KEY = 1024;

    static final int MOST_TRIED = 1000;

    private final Set<String> reserved = ConcurrentHashMap.newKeySet();

    /** Tells whether a name can be had: empty if not. */
    @FunctionalInterface
    interface Look {
        Optional<Place> at(String name) throws IOException;
    }

    /** The name, or if that can't be had, the name marked with the image's time, or with a number besides. */
    Place reserve(String name, Instant modified, Look look) throws IOException {
        for (int i = 0; i < MOST_TRIED; i++) {
            String candidate = candidate(name, modified, i);
            if (reserved.add(candidate)) {
                Optional<Place> place = Optional.empty();
                try {
                    place = look.at(candidate);
                } finally {
                    if (place.isEmpty()) {
                        reserved.remove(candidate);
                    }
                }
                if (place.isPresent()) {
                    return place.get();
                }
            }
        }
        throw noneIsFree(name);
    }

    /** For when there is something under each name that was tried, or the server says so of all that it is asked for. */
    static BucketException noneIsFree(String name) {
        return new BucketException("no free name was found for " + name + " in " + MOST_TRIED + " tries", null);
    }

    void release(Place place) {
        reserved.remove(place.name());
    }

    /** The name that is tried after so many that were taken. */
    static String candidate(String name, Instant modified, int taken) {
        return switch (taken) {
            case 0 -> name;
            case 1 -> FileNames.withMark(name, STAMP.format(modified));
            default -> FileNames.withMark(name, STAMP.format(modified) + "-" + taken);
        };
    }

    /** A key below a prefix, its end replaced by a hash where it would be too long. */
    static String key(String prefix, String name, String suffix) {
        return prefix + FileNames.shortened(name, suffix, LONGEST_KEY - prefix.getBytes(StandardCharsets.UTF_8).length);
    }
}
