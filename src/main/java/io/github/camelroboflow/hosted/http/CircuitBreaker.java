package io.github.camelroboflow.hosted.http;

import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.support.LruMap;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps requests back that a server is going to refuse: after a refusal that is about the key, the quota or the right to use a
 * model, further ones for the same target fail at once with the same reason, but for one in a while that tries whether it is over.
 * (Common circuit breakers open and close by the same outcomes; here a connection that breaks neither opens nor closes.)
 */
final class CircuitBreaker {

    static final int MAX_TARGETS = 1000;

    private final Duration pause;
    /** Messages may choose among more targets than are worth a memory. */
    private final Map<String, Refusal> rejections = new LruMap<>(MAX_TARGETS);

    private record Refusal(String reason, int status, long nextProbe) {
    }

    /** @param pause between two tries of a target that was refused */
    CircuitBreaker(Duration pause) {
        this.pause = pause;
    }

    /** Why requests for the target are kept back now; empty if they are not. */
    synchronized Optional<RoboflowRejectedException> rejectionFor(String target) {
        Refusal refusal = rejections.get(target);
        return refusal == null || System.nanoTime() - refusal.nextProbe >= 0 ? Optional.empty()
                : Optional.of(new RoboflowRejectedException(refusal.reason, refusal.status));
    }

    /**
     * To be called before a request, which may be the probe.
     *
     * @throws RoboflowRejectedException if requests for the target are kept back now
     */
    synchronized void acquire(String target) {
        rejectionFor(target).ifPresent(refusal -> {
            throw refusal;
        });
        Refusal last = rejections.get(target);
        if (last != null) {
            // another probe may follow after a while if this one is never heard of again
            recordRejection(target, last.reason, last.status);
        }
    }

    /** The server refused the target, with that HTTP status. */
    synchronized void recordRejection(String target, String reason, int status) {
        rejections.remove(target);
        rejections.put(target, new Refusal(reason, status, System.nanoTime() + pause.toNanos()));
    }

    /** How many targets are remembered. */
    synchronized int size() {
        return rejections.size();
    }

    /** The server did not refuse the target. */
    synchronized void recordSuccess(String target) {
        rejections.remove(target);
    }
}
