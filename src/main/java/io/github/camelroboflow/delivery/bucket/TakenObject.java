package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.bucket.client.BucketException;
import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.delivery.bucket.client.ObjectMetadata;
import io.github.camelroboflow.delivery.bucket.client.ObjectVersion;
import io.github.camelroboflow.delivery.disk.FileNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An object that is worked on.
 *
 * @param object   what it is
 * @param found    as what it was found, if a listing or an event tells of it in another way than HEAD; all that it is known by
 * @param version  what tells it from what has its key later
 * @param name     its name relative to the inbox, as it came
 * @param place    the name that it and its results are filed under: that name, unless another image has it
 * @param file     its content, on disk
 * @param facts    what is kept with a copy of it
 * @param modified when it was put into the bucket
 */
record TakenObject(BucketObject object, List<BucketObject> found, ObjectVersion version, String name, Place place, Path file,
                   ObjectMetadata facts, Instant modified) {

    /** The same image, by what it is known. */
    TakenObject foundAs(List<BucketObject> others) {
        return new TakenObject(object, others, version, name, place, file, facts, modified);
    }

    /**
     * @param name  with {@code /} between folders
     * @param filed whether the image is filed there already, since the program died before it was done with it
     */
    record Place(String name, boolean filed) {
    }

    /** The names under which images are being filed, so that no two that are worked on at a time get the same. */
    static final class Places {

        private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS")
                .withZone(ZoneOffset.UTC);
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
}
