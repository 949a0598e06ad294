package io.github.camelroboflow.delivery.outbox;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Down while a destination is down, or the outbox itself; says which and why. Not about being alive: a restart would not help. */
final class OutboxHealth extends AbstractHealthCheck {

    private static final String DATABASE = "database";

    private final Map<String, String> reasons = new ConcurrentHashMap<>();

    OutboxHealth() {
        super("camel", "outbox");
    }

    void down(String lane, String reason) {
        reasons.put(lane, reason);
    }

    boolean isDown(String lane) {
        return reasons.containsKey(lane);
    }

    void up(String lane) {
        reasons.remove(lane);
    }

    /** Returns whether that is news. */
    boolean failed(String what, String reason) {
        return reasons.put(what, reason) == null;
    }

    /** Returns whether that is news. */
    boolean databaseFailed(String reason) {
        return failed(DATABASE, reason);
    }

    /** Returns whether that is news. */
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
