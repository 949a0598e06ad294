package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.bucket.client.BucketException;
import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.delivery.bucket.client.ObjectMetadata;
import io.github.camelroboflow.delivery.bucket.client.ObjectVersion;
import io.github.camelroboflow.delivery.disk.FileNames.FreeNames;
import io.github.camelroboflow.delivery.disk.FileNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An object in progress.
 *
 * @param object   the object by its current key and etag
 * @param found    all descriptions of it, since a listing or an event can describe it differently than HEAD
 * @param version  the marks that distinguish it from later objects of its key
 * @param name     its original name relative to the inbox
 * @param place    the name that it and its results are filed under: the original name, unless another image has it
 * @param file     its content on disk
 * @param metadata the metadata that its copy keeps
 * @param modified the time when it was put into the bucket
 */
record TakenObject(BucketObject object, List<BucketObject> found, ObjectVersion version, String name, Place place, Path file,
                   ObjectMetadata metadata, Instant modified) {

    /** Returns the same image with other descriptions. */
    TakenObject foundAs(List<BucketObject> others) {
        return new TakenObject(object, others, version, name, place, file, metadata, modified);
    }

    /**
     * @param name  with {@code /} between folders
     * @param filed whether the image is already there, since the program died before it was done with it
     */
    record Place(String name, boolean filed) {
    }

    /** The names that are reserved for images in progress, so that no two get the same. */
    static final class Places {

        /** The longest key of S3, in bytes. */
        private static final int LONGEST_KEY = 1024;

        static final int MOST_TRIED = 1000;

        private final Set<String> reserved = ConcurrentHashMap.newKeySet();

        /** Checks a name: empty if it is taken. */
        @FunctionalInterface
        interface Look {
            Optional<Place> at(String name) throws IOException;
        }

        /** Reserves the name, or if it is taken the name with the image's time, or with a number too. */
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

        /** Returns the failure for an image whose names are all taken, or whose server claims that for every name. */
        static BucketException noneIsFree(String name) {
            return new BucketException("no free name was found for " + name + " in " + MOST_TRIED + " tries", null);
        }

        void release(Place place) {
            reserved.remove(place.name());
        }

        /**
         * Returns the name for an attempt.
         *
         * @param taken the number of names that were taken before
         */
        static String candidate(String name, Instant modified, int taken) {
            return FreeNames.of(name, modified.toEpochMilli(), taken);
        }

        /** Returns a key below a prefix. A hash replaces its end if it is too long. */
        static String key(String prefix, String name, String suffix) {
            return prefix + FileNames.shortened(name, suffix, LONGEST_KEY - prefix.getBytes(StandardCharsets.UTF_8).length);
        }
    }
}
