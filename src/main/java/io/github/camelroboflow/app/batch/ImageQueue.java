package io.github.camelroboflow.app.batch;

import io.github.camelroboflow.delivery.failure.FailureClassifier;
import io.github.camelroboflow.inference.support.Backoff;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Gives out the images of a batch, some at a time. During an outage it rests between two images, and gives the images that the
 * outage hit again. It gives up after an outage of ten minutes. Before its end it waits for the images in progress, which an outage
 * may bring back.
 */
final class ImageQueue implements Iterator<BatchImage> {

    /** Is given out if there is no other image after all. */
    static final BatchImage NONE = BatchImage.ofObject("", 0, "");

    static final Duration LONGEST_OUTAGE = Duration.ofMinutes(10);
    /** The time between two looks whether the program stops, in milliseconds. */
    private static final long LOOK = 500;
    /** The number of tries after which a failure that looks like an outage counts as the image's own, if others succeed. */
    private static final int MOST_TRIES = 3;

    private final Iterator<BatchImage> images;
    private final int mostInFlight;
    private final Backoff backoff;
    private final BooleanSupplier stopping;
    private final Deque<BatchImage> again = new ArrayDeque<>();
    private int inFlight;
    /** The number of outages since the last success. */
    private int outages;
    private long outageSince;
    private long restUntil;
    private String reason;
    private boolean ended;

    /**
     * @param mostInFlight the number of images that were given out and are not finished
     * @param backoff      the pauses of an outage
     * @param stopping     whether no more images are to be given out
     */
    ImageQueue(Iterator<BatchImage> images, int mostInFlight, Backoff backoff, BooleanSupplier stopping) {
        this.images = images;
        this.mostInFlight = mostInFlight;
        this.backoff = backoff;
        this.stopping = stopping;
    }

    /** Returns whether there may be more images. It waits for none in progress, since Camel asks before it begins with the last. */
    @Override
    public boolean hasNext() {
        synchronized (this) {
            if (isOver() || !again.isEmpty() || inFlight > 0) {
                return !isOver();
            }
        }
        return isListed();
    }

    private boolean isOver() {
        return ended || stopping.getAsBoolean();
    }

    /** Returns whether the source has another image. It may wait for the source, and others go on meanwhile. */
    private boolean isListed() {
        try {
            synchronized (images) {
                return images.hasNext();
            }
        } catch (UncheckedIOException e) {
            end(FailureClassifier.describe(e));
            return false;
        }
    }

    /** Returns the next image, when a place is free and no outage needs a rest; {@link #NONE} if no image is left. */
    @Override
    public BatchImage next() {
        boolean listed = isListed();
        synchronized (this) {
            try {
                while (!isOver() && (inFlight >= mostInFlight || isResting() || again.isEmpty() && !listed && inFlight > 0)) {
                    wait(LOOK);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                ended = true;
            }
            if (isOver() || again.isEmpty() && !listed) {
                return NONE;
            }
            inFlight++;
            return again.isEmpty() ? images.next() : again.poll();
        }
    }

    private boolean isResting() {
        return outages > 0 && restUntil - System.nanoTime() > 0;
    }

    /** Records that an image is finished, with a result or by a failure of its own. */
    synchronized void finished() {
        inFlight--;
        outages = 0;
        notifyAll();
    }

    /**
     * Records that an outage hit an image.
     *
     * @param lasting whether waiting does not help
     * @return whether the image is given out again; else the failure is the image's own
     */
    synchronized boolean hit(BatchImage image, String why, boolean lasting) {
        if (outages == 0 && image.tries() >= MOST_TRIES) {
            return false;
        }
        inFlight--;
        long now = System.nanoTime();
        if (outages == 0) {
            outageSince = now;
        }
        if (!isResting()) {
            outages++;
            restUntil = now + backoff.pause(outages).toNanos();
        }
        reason = why;
        again.add(image.again());
        ended |= lasting || now - outageSince > LONGEST_OUTAGE.toNanos();
        notifyAll();
        return true;
    }

    /** Ends the queue; images that were given out go on. */
    synchronized void end(String why) {
        ended = true;
        reason = why;
        notifyAll();
    }

    /** Returns why images are left; empty if none is. */
    synchronized Optional<String> unfinished() {
        return ended || !again.isEmpty() ? Optional.ofNullable(reason) : Optional.empty();
    }
}
