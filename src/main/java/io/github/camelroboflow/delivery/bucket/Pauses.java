package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.inference.LruMap;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.function.LongSupplier;

/** Keeps objects from being tried again at once, for longer and longer, so that none of them takes the time of the others. */
final class Pauses {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final int MOST = 10_000;
    private static final Duration LONGEST = Duration.ofMinutes(1);

    /** @param end of the pause, in nanoseconds of the clock */
    private record Pause(int count, long end) {
    }

    private final Map<String, Pause> pauses = Collections.synchronizedMap(new LruMap<>(MOST));
    private final LongSupplier clock;

    /** @param clock as {@link System#nanoTime()} */
    Pauses(LongSupplier clock) {
        this.clock = clock;
    }

    boolean isOver(BucketObject object) {
        Pause pause = pauses.get(object.identity());
        return pause == null || pause.end - clock.getAsLong() <= 0;
    }

    /** Begins a pause, twice as long as the last; returns how many there were by then. */
    synchronized int begin(BucketObject object) {
        Pause last = pauses.get(object.identity());
        int count = last == null ? 1 : last.count + 1;
        Duration length = FIRST.multipliedBy(1L << Math.min(count - 1, 6));
        pauses.put(object.identity(), new Pause(count,
                clock.getAsLong() + (length.compareTo(LONGEST) < 0 ? length : LONGEST).toNanos()));
        return count;
    }

    void forget(BucketObject object) {
        pauses.remove(object.identity());
    }
}
