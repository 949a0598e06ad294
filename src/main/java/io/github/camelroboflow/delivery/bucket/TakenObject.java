package io.github.camelroboflow.delivery.bucket;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

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
record TakenObject(BucketObject object, List<BucketObject> found, Version version, String name, Place place, Path file,
                   ObjectFacts facts, Instant modified) {

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
}
