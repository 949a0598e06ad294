package io.github.camelroboflow.embedded.session;

import java.time.Duration;

/**
 * The images that the shared threads have not finished, and the time that they need. It tells when one more image would be
 * finished, so that a request is refused at once instead of after a wait in vain. Thread-safe.
 */
public final class Backlog {

    /** The images of all engines, which share the threads. */
    public static final Backlog OF_THIS_JVM = new Backlog();

    private int images;
    private long nanos;

    /** The time that an image of one model takes on one thread: a moving average. Thread-safe. */
    public static final class ImageTime {

        /** The number of images after which a change of the time has come through for the most part. */
        private static final int MEMORY = 8;

        private long nanos;
        private boolean measured;

        /** Sets the time that holds until an image is measured. */
        public synchronized void assume(Duration time) {
            if (!measured) {
                nanos = time.toNanos();
            }
        }

        /** Adds a measured image. */
        public synchronized void add(Duration time) {
            nanos = measured ? nanos + (time.toNanos() - nanos) / MEMORY : time.toNanos();
            measured = true;
        }

        /** Returns the nanoseconds; 0 if nothing is known. */
        public synchronized long nanos() {
            return nanos;
        }
    }

    /** Images that wait or run, all of the same expected time. */
    public final class Share {

        private final long each;
        private int waiting;

        private Share(long each, int waiting) {
            this.each = each;
            this.waiting = waiting;
        }

        /** Counts an image as one that runs: on the average, half of its time is left. */
        public void start() {
            synchronized (Backlog.this) {
                waiting--;
                nanos -= each / 2;
            }
        }

        /** Removes an image that was started. */
        public void end() {
            synchronized (Backlog.this) {
                images--;
                nanos -= each - each / 2;
            }
        }

        /** Removes the images that were not started. None may be started after that. */
        public void drop() {
            synchronized (Backlog.this) {
                images -= waiting;
                nanos -= waiting * each;
                waiting = 0;
            }
        }
    }

    /** Adds images that wait for a thread. */
    public synchronized Share add(ImageTime time, int count) {
        Share share = new Share(time.nanos(), count);
        images += count;
        nanos += share.each * count;
        return share;
    }

    /**
     * Estimates the time until further images are finished.
     *
     * @param ahead number of images, not counted here yet, that are run before them
     * @param count number of the further images
     */
    public synchronized Duration estimate(ImageTime time, int ahead, int count) {
        return estimate(images + ahead, nanos + ahead * time.nanos(), time.nanos(), count, InferencePool.SIZE);
    }

    /**
     * Estimates the time until further images are finished.
     *
     * @param images  number of images before them, which wait or run
     * @param nanos   nanoseconds that these need on one thread
     * @param each    nanoseconds of each further image on one thread
     * @param count   number of the further images, at least 1
     * @param threads number of threads that take the images in their order
     * @return zero if the first one would start at once, so that nothing is gained by a refusal
     */
    static Duration estimate(int images, long nanos, long each, int count, int threads) {
        if (images < threads) {
            return Duration.ZERO;
        }
        // the last image starts when the others are divided among the threads
        return Duration.ofNanos((nanos + (count - 1) * each) / threads + each);
    }
}
