package io.github.camelroboflow.delivery.outbox;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * A health check that is down while a destination or the outbox itself is down, with the reasons. It is no liveness check: a
 * restart would not help.
 */
final class OutboxHealth extends AbstractHealthCheck {

    private static final String DATABASE = "database";

    private final Map<String, String> reasons = new ConcurrentHashMap<>();

    OutboxHealth() {
        super("camel", "outbox");
    }

    void down(String destinationId, String reason) {
        reasons.put(destinationId, reason);
    }

    /** Returns why a destination is down; empty if it is up. */
    Optional<String> reason(String destinationId) {
        return Optional.ofNullable(reasons.get(destinationId));
    }

    boolean isDown(String destinationId) {
        return reasons.containsKey(destinationId);
    }

    void up(String destinationId) {
        reasons.remove(destinationId);
    }

    /** Records a failure. Returns whether it is new. */
    boolean failed(String key, String reason) {
        return reasons.put(key, reason) == null;
    }

    /** Records a failure of the database. Returns whether it is new. */
    boolean databaseFailed(String reason) {
        return failed(DATABASE, reason);
    }

    /** Records that the database answers. Returns whether it did not before. */
    boolean databaseAnswers() {
        return reasons.remove(DATABASE) != null;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        String message = String.join("; ", reasons.values());
        if (message.isEmpty()) {
            builder.up();
        } else {
            builder.down().message(message);
        }
    }

    @Override
    public boolean isLiveness() {
        return false;
    }
}
