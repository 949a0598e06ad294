package io.github.camelroboflow.hosted;

import io.github.camelroboflow.inference.LruMap;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps requests back that a server is going to refuse: after a refusal that is about the key, the quota or the right to use a
 * model, further ones for the same target fail at once with the same reason, but for one in a while that tries whether it is over.
 * (Common circuit breakers open and close by the same outcomes; here a connection that breaks neither opens nor closes.)
 */
final class Breaker {

    static final int MOST_TARGETS = 1000;

    private final Duration pause;
    /** Messages may choose among more targets than are worth a memory. */
    private final Map<String, Refusal> refusals = new LruMap<>(MOST_TARGETS);

    private record Refusal(String reason, int status, long nextProbe) {
    }

    /** @param pause between two tries of a target that was refused */
    Breaker(Duration pause) {
        this.pause = pause;
    }

    /** Why requests for the target are kept back now; empty if they are not. */
    synchronized Optional<RoboflowRejectedException> closedFor(String target) {
        Refusal refusal = refusals.get(target);
        return refusal == null || System.nanoTime() - refusal.nextProbe >= 0 ? Optional.empty()
                : Optional.of(new RoboflowRejectedException(refusal.reason, refusal.status));
    }

    /**
     * To be called before a request, which may be the probe.
     *
     * @throws RoboflowRejectedException if requests for the target are kept back now
     */
    synchronized void admit(String target) {
        closedFor(target).ifPresent(refusal -> {
            throw refusal;
        });
        Refusal last = refusals.get(target);
        if (last != null) {
            // another probe may follow after a while if this one is never heard of again
            refuse(target, last.reason, last.status);
        }
    }

    /** The server refused the target, with that HTTP status. */
    synchronized void refuse(String target, String reason, int status) {
        refusals.remove(target);
        refusals.put(target, new Refusal(reason, status, System.nanoTime() + pause.toNanos()));
    }

    /** How many targets are remembered. */
    synchronized int size() {
        return refusals.size();
    }

    /** The server did not refuse the target. */
    synchronized void pass(String target) {
        refusals.remove(target);
    }
}
