package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.FailureReport;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** What becomes of an object when its image is done or has failed. All of it can be repeated after it failed half-way. */
interface AfterReading {

    /** Those of some listed objects that are not known to be finished. */
    List<BucketObject> unfinished(List<BucketObject> objects) throws IOException;

    /** Asks again for a single object, and more thoroughly, just before it is taken. */
    boolean isFinished(BucketObject object) throws IOException;

    /** A place that is free, or that this object's image has already. It is kept until it is given back. */
    TakenObject.Place reserve(BucketObject object, String name, Instant modified) throws IOException;

    /** Gives a place back. */
    void release(TakenObject.Place place);

    /** Finishes an object whose results are delivered. */
    void done(TakenObject image) throws IOException;

    /**
     * Finishes an object that can't be processed, and puts a report in {@code failed}.
     *
     * @return the key of the report
     */
    String failed(TakenObject image, FailureReport report) throws IOException;

    /**
     * Has an object count as finished that can't be, and so stays where it is.
     *
     * @param failed whether its image failed, so that it may be tried again later
     */
    void leave(TakenObject image, boolean failed) throws IOException;

    /**
     * Does with nothing what finishing an image does: fails only if no image can be finished.
     *
     * @param failed whether it is about images that failed
     */
    void probe(boolean failed) throws IOException;

    /** Has an object that stayed where it was count as new; the next listing finds it. */
    void forget(BucketObject object) throws IOException;
}
