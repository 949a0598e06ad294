package io.github.camelroboflow.delivery.bucket;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The objects that have been found and are not finished, so that none is found again meanwhile. */
final class InFlight {

    private enum State {
        /** Handed to the route, which has not begun with it. */
        WAITING,
        TAKEN
    }

    private final Map<String, State> objects = new ConcurrentHashMap<>();

    boolean contains(BucketObject object) {
        return objects.containsKey(object.identity());
    }

    void await(BucketObject object) {
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
}
