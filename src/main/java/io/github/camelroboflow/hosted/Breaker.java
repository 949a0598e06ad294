package io.github.camelroboflow.hosted;

import io.github.camelroboflow.inference.RoboflowRejectedException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps requests back that a server is going to refuse: after a refusal that is about the key, the quota or the right to use a model,
 * further ones for the same target fail at once with the same reason, but for one in a while that tries whether it is over. (Common
 * circuit breakers open and close by the same outcomes; here a connection that breaks neither opens nor closes.)
 */
final class Breaker {

    private final Duration pause;
    private final Map<String, Refusal> refusals = new HashMap<>();

    private record Refusal(String reason, long nextProbe) {
    }

    /** @param pause between two tries of a target that was refused */
    Breaker(Duration pause) {
        this.pause = pause;
    }

    /** @throws RoboflowRejectedException if requests for the target are kept back now */
    synchronized void admit(String target) {
        Refusal refusal = refusals.get(target);
        if (refusal == null) {
            return;
        }
        if (System.nanoTime() - refusal.nextProbe < 0) {
            throw new RoboflowRejectedException(refusal.reason);
        }
        // this one is the probe; another may follow if it is never heard of again
        refuse(target, refusal.reason);
    }

    /** The server refused the target. */
    synchronized void refuse(String target, String reason) {
        refusals.put(target, new Refusal(reason, System.nanoTime() + pause.toNanos()));
    }

    /** The server did not refuse the target. */
    synchronized void pass(String target) {
        refusals.remove(target);
    }
}
