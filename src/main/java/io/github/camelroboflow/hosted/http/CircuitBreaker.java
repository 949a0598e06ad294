package io.github.camelroboflow.hosted.http;

import io.github.camelroboflow.inference.InferenceEngine.InferenceListener;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.support.LruMap;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Rejects requests that the server is going to refuse. After a refusal because of the key, the quota or the right to
 * use a model, further requests for the same target fail at once with the same reason, except for one probe per
 * interval. Common circuit breakers open and close by the same outcomes; here a broken connection neither opens nor
 * closes the breaker.
 */
final class CircuitBreaker {

    static final int MAX_TARGETS = 1000;

    private final Duration pause;
    private final InferenceListener listener;
    /** The rejections by target. The number of targets is limited, because messages may choose any target. */
    private final Map<String, Refusal> rejections = new LruMap<>(MAX_TARGETS);

    private record Refusal(String reason, int status, long nextProbe) {
    }

    /** @param pause the time between two probes of a target that was refused */
    CircuitBreaker(Duration pause, InferenceListener listener) {
        this.pause = pause;
        this.listener = listener;
    }

    /** Returns the reason for which requests for the target are rejected now; empty if they are not. */
    synchronized Optional<RoboflowRejectedException> rejectionFor(String target) {
        Refusal refusal = rejections.get(target);
        return refusal == null || System.nanoTime() - refusal.nextProbe >= 0 ? Optional.empty()
                : Optional.of(new RoboflowRejectedException(refusal.reason, refusal.status));
    }

    /**
     * Admits a request, which may be the probe. Called before each request.
     *
     * @throws RoboflowRejectedException if requests for the target are rejected now
     */
    synchronized void acquire(String target) {
        rejectionFor(target).ifPresent(refusal -> {
            throw refusal;
        });
        Refusal last = rejections.get(target);
        if (last != null) {
            // allows another probe after the interval if this one never completes
            recordRejection(target, last.reason, last.status);
        }
    }

    /** Records that the server refused the target, with that HTTP status. */
    synchronized void recordRejection(String target, String reason, int status) {
        rejections.remove(target);
        rejections.put(target, new Refusal(reason, status, System.nanoTime() + pause.toNanos()));
        listener.refused(target, true);
    }

    /** Returns the number of targets with a rejection. */
    synchronized int size() {
        return rejections.size();
    }

    /** Records that the server did not refuse the target. */
    synchronized void recordSuccess(String target) {
        if (rejections.remove(target) != null) {
            listener.refused(target, false);
        }
    }
}
