package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.inference.support.Backoff;
import io.github.camelroboflow.inference.support.LruMap;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** The objects that were found and are not finished, so that none is found again meanwhile. */
final class InFlightObjects {

    private enum State {
        /** The route has the object but has not started with it. */
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

    /** Marks an object as taken. Returns {@code false} if it already was. */
    boolean take(BucketObject object) {
        return objects.put(object.identity(), State.TAKEN) != State.TAKEN;
    }

    /** Forgets a waiting object that can't be taken now, so that it is found again. */
    void giveBack(BucketObject object) {
        objects.remove(object.identity(), State.WAITING);
    }

    void release(BucketObject object) {
        objects.remove(object.identity());
    }

    /**
     * Forgets all waiting objects, when their queue is purged. For an object that still waits, {@link #take} or the bucket decides
     * at its turn.
     */
    void forgetWaiting() {
        objects.values().removeIf(State.WAITING::equals);
    }

    /** Pauses between the attempts for an object, which grow so that no object takes the time of the others. */
    static final class ObjectBackoff {

        private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));
        private static final int MOST = 10_000;

        /** @param end the end of the pause, in nanoseconds of the clock */
        private record Pause(int count, long end) {
        }

        private final Map<String, Pause> pauses = Collections.synchronizedMap(new LruMap<>(MOST));
        private final LongSupplier clock;

        /** @param clock a clock like {@link System#nanoTime()} */
        ObjectBackoff(LongSupplier clock) {
            this.clock = clock;
        }

        boolean isOver(BucketObject object) {
            Pause pause = pauses.get(object.identity());
            return pause == null || pause.end - clock.getAsLong() <= 0;
        }

        /** Starts a pause, twice as long as the last. Returns the number of pauses so far. */
        synchronized int begin(BucketObject object) {
            Pause last = pauses.get(object.identity());
            int count = last == null ? 1 : last.count + 1;
            pauses.put(object.identity(), new Pause(count, clock.getAsLong() + BACKOFF.pause(count).toNanos()));
            return count;
        }

        void forget(BucketObject object) {
            pauses.remove(object.identity());
        }
    }
}
