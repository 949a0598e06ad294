package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.bucket.TakenObject.Places;
import io.github.camelroboflow.delivery.bucket.client.Bucket;
import io.github.camelroboflow.delivery.bucket.client.BucketException;
import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.delivery.bucket.client.ObjectMetadata;
import io.github.camelroboflow.delivery.bucket.client.ObjectStore.StoredObject;
import io.github.camelroboflow.delivery.bucket.client.ObjectVersion.Etags;
import io.github.camelroboflow.delivery.failure.FailureReport;
import java.util.Arrays;
import java.util.Optional;

/** The part of a bucket for images that can't be processed, each with its report. Nothing there is overwritten. */
final class FailedPrefix {

    private final Bucket bucket;
    private final String prefix;

    FailedPrefix(Bucket bucket, String prefix) {
        this.bucket = bucket;
        this.prefix = prefix;
    }

    String prefix() {
        return prefix;
    }

    /** Puts a report about an image that stays where it is. Returns the report's key. */
    String report(TakenObject image, FailureReport report) throws BucketException {
        for (int i = 0; i < Places.MOST_TRIED; i++) {
            String key = Places.key(prefix, Places.candidate(image.name(), image.modified(), i), FailureReport.SUFFIX);
            if (putReport(key, report, image.object())) {
                return key;
            }
        }
        throw Places.noneIsFree(image.name());
    }

    /**
     * Puts a report, then a copy of the image beside it, so that no image is there without its reason. Returns the report's key.
     */
    String file(TakenObject image, FailureReport report) throws BucketException {
        for (int i = 0; i < Places.MOST_TRIED; i++) {
            String name = Places.candidate(image.name(), image.modified(), i);
            String copy = Places.key(prefix, name, "");
            String key = Places.key(prefix, name, FailureReport.SUFFIX);
            Optional<StoredObject> there = bucket.head(copy);
            if (there.isPresent() && isCopy(there.get(), image.object())) {
                // stored before the program died
                return key;
            }
            if (there.isEmpty() && putReport(key, report, image.object())) {
                put(image, copy);
                return key;
            }
        }
        throw Places.noneIsFree(image.name());
    }

    /**
     * Puts a report. Returns whether a report about this object is there: an earlier attempt may have put it, and its response or
     * the copy may be missing.
     */
    private boolean putReport(String key, FailureReport report, BucketObject about) throws BucketException {
        byte[] json = report.json();
        return bucket.putIfAbsent(key, json, ObjectMetadata.json(about.etag()))
                || bucket.head(key).map(StoredObject::originalEtag).filter(about.etag()::equals).isPresent()
                || bucket.read(key).filter(there -> Arrays.equals(there, json)).isPresent();
    }

    private void put(TakenObject image, String key) throws BucketException {
        if (image.file() == null) {
            bucket.copy(image.object(), key);
        } else {
            bucket.putIfAbsent(key, image.file(), image.metadata());
        }
    }

    static boolean isCopy(StoredObject copy, BucketObject original) {
        return original.etag().equals(copy.originalEtag()) || original.etag().equals(Etags.unquoted(copy.reported()));
    }
}
