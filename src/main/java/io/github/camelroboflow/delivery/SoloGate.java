package io.github.camelroboflow.delivery;

import java.nio.file.Path;
import java.time.Duration;

/** Lets an image that may have killed the program in only when no other is worked on, and then no other beside it. */
final class SoloGate {

    /** How long others wait for such an image at most, should it never become ready. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    private Path awaited;
    private long since;
    private boolean alone;

    /**
     * Tells whether an image may be taken now.
     *
     * @param suspect  whether it is to be worked on alone
     * @param inFlight how many images are worked on
     */
    synchronized boolean admits(Path image, boolean suspect, int inFlight) {
        if (alone && inFlight > 0 || othersWait(image)) {
            return false;
        }
        alone = suspect && inFlight == 0;
        if (!suspect || alone) {
            awaited = null;
            return true;
        }
        if (!image.equals(awaited)) {
            awaited = image;
            since = System.nanoTime();
        }
        return false;
    }

    private boolean othersWait(Path image) {
        return awaited != null && !awaited.equals(image) && SubFolders.exists(awaited)
                && System.nanoTime() - since < LONGEST_WAIT.toNanos();
    }
}
