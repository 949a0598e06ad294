package io.github.camelroboflow.app.page;

import io.github.camelroboflow.annotate.Annotator;
import io.github.camelroboflow.annotate.Annotator.AnnotationStyle;
import io.github.camelroboflow.app.page.RecentResults.RecentResult;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.support.LruMap;
import io.github.camelroboflow.server.ServerResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Draws results on their images when the page asks for them, one at a time, and keeps the small pictures for a while. Only then is
 * an image read, or fetched from its bucket.
 */
final class Pictures {

    private static final int SMALL = 320;
    private static final int LARGE = 1600;
    /** The pixels of the largest image that is drawn on: decoded, it takes six bytes for each. */
    private static final long MOST_PIXELS = 50_000_000;
    private static final int KEPT = 2 * RecentResults.MOST;
    private static final long MILLION = 1_000_000;
    /** The share of one processor that small pictures may take while images are in work, as its inverse. */
    private static final int SHARE = 100;
    /** The longest pause in milliseconds, so that somebody who looks at large images sees some of them. */
    private static final long MOST_PAUSE = 60_000;
    private static final Duration POLL = Duration.ofSeconds(1);

    private final LongSupplier nanoTime;
    private final Map<Long, byte[]> small = new LruMap<>(KEPT);
    /** The times at which pages asked for the pause, in the last second. */
    private final Deque<Long> asked = new ArrayDeque<>();
    /** The milliseconds of drawing a small picture, on average of the last. */
    private volatile double average = 20;

    /** @param nanoTime a clock like {@link System#nanoTime()} */
    Pictures(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** @param size {@code large} for the picture of one image in full */
    ServerResponse answer(RecentResult result, String size) {
        try {
            return jpeg(result, size.equals("large"));
        } catch (IOException e) {
            return ServerResponse.message(404, e.getMessage());
        } catch (RoboflowException e) {
            return ServerResponse.message(422, "The picture can't be drawn: " + e.getMessage());
        }
    }

    private synchronized ServerResponse jpeg(RecentResult result, boolean large) throws IOException {
        byte[] known = large ? null : small.get(result.number());
        if (known != null) {
            return ServerResponse.jpeg(known);
        }
        if (result.inference().info().image().area() > MOST_PIXELS) {
            return ServerResponse.message(422, "The image has more than " + MOST_PIXELS / MILLION
                    + " million pixels, which takes too much memory beside the work.");
        }
        ImageSource image = result.stored().open();
        long start = System.nanoTime();
        byte[] jpeg = Annotator.draw(image, result.inference(), AnnotationStyle.DEFAULTS,
                large ? LARGE : SMALL);
        if (!large) {
            small.put(result.number(), jpeg);
            average = 0.8 * average + 0.2 * (System.nanoTime() - start) / MILLION;
        }
        return ServerResponse.jpeg(jpeg);
    }

    /**
     * Returns the milliseconds that a page waits between two small pictures while images are in work, so that drawing takes at most
     * one percent of the machine's processors, for all pages together. Each open page asks once a second.
     */
    long pause() {
        int pages;
        synchronized (asked) {
            long now = nanoTime.getAsLong();
            while (!asked.isEmpty() && now - asked.peekFirst() >= POLL.toNanos()) {
                asked.removeFirst();
            }
            asked.addLast(now);
            pages = asked.size();
        }
        return Math.min(MOST_PAUSE, (long) (pages * average * SHARE / Runtime.getRuntime().availableProcessors()));
    }
}
