package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.inference.support.LruMap;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** The objects that have been found and are not finished, so that none is found again meanwhile. */
final class InFlightObjects {

    private enum State {
        /** Handed to the route, which has not begun with it. */
        WAITING,
        TAKEN
    }

    private final Map<String, State> objects = new ConcurrentHashMap<>();

    boolean contains(BucketObject object) {
        return objects.containsKey(object.identity());
    }

    void markWaiting(BucketObject object) {
        objects.putIfAbsent(object.identity(), State.WAITING);
    }

    long waiting() {
        return objects.values().stream().filter(State.WAITING::equals).count();
    }

    /** Whether the object may be worked on: {@code false} if it is already. */
    boolean take(BucketObject object) {
        return objects.put(object.identity(), State.TAKEN) != State.TAKEN;
    }

    /** For when it was handed to the route and can't be taken now: it is found again. */
    void giveBack(BucketObject object) {
        objects.remove(object.identity(), State.WAITING);
    }

    void release(BucketObject object) {
        objects.remove(object.identity());
    }

    /** For when what waited is thrown away. What waits all the same is told by {@link #take} or the bucket when its turn comes. */
    void forgetWaiting() {
        objects.values().removeIf(State.WAITING::equals);
    }

    /** Keeps objects from being tried again at once, for longer and longer, so that none of them takes the time of the others. */
    static final class ObjectBackoff {

        private static final Duration FIRST = Duration.ofSeconds(1);
        private static final int MOST = 10_000;
        private static final Duration LONGEST = Duration.ofMinutes(1);

        /** @param end of the pause, in nanoseconds of the clock */
        private record Pause(int count, long end) {
        }

        private final Map<String, Pause> pauses = Collections.synchronizedMap(new LruMap<>(MOST));
        private final LongSupplier clock;

        /** @param clock as {@link System#nanoTime()} */
        ObjectBackoff(LongSupplier clock) {
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
}
