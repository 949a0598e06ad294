package io.github.camelroboflow.component;

import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.RoboflowException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.health.WritableHealthCheckRepository;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * The health check of a model. All users of the model share it, since Camel identifies checks by their id. It is down from the
 * first call that an engine could not serve until a call of the same user succeeds. A bad image does not count, since it says
 * nothing about the engine.
 */
final class RoboflowHealthCheck extends AbstractHealthCheck {

    private final String target;
    private final Map<Object, Throwable> reasons = new LinkedHashMap<>();
    private final Set<Object> users = new HashSet<>();

    private RoboflowHealthCheck(String target) {
        super("camel", "producer:roboflow-" + target);
        this.target = target;
    }

    synchronized void succeeded(Object user) {
        reasons.remove(user);
    }

    synchronized void failed(Object user, Throwable error) {
        // a user that has closed the model will never succeed again
        if (users.contains(user) && error instanceof RoboflowException && !(error instanceof InvalidImageException)) {
            reasons.put(user, error);
        }
    }

    /** Adds a user and returns whether it is the first one. */
    private synchronized boolean join(Object user) {
        users.add(user);
        return users.size() == 1;
    }

    /** Removes a user and returns whether it was the last one. */
    private synchronized boolean leave(Object user) {
        reasons.remove(user);
        users.remove(user);
        return users.isEmpty();
    }

    private synchronized Throwable reason() {
        return reasons.isEmpty() ? null : reasons.values().iterator().next();
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        builder.detail("roboflow.model", target);
        Throwable failure = reason();
        if (failure == null) {
            builder.up();
        } else {
            builder.down().message(failure.getMessage());
        }
    }

    /** Returns false, since a restart of this program does not repair a server that is down. */
    @Override
    public boolean isLiveness() {
        return false;
    }

    /** The checks of a component. Each exists from a model's first user to its last. */
    static final class Checks {

        private final Map<String, RoboflowHealthCheck> checks = new HashMap<>();

        synchronized RoboflowHealthCheck acquire(CamelContext context, String target, boolean enabled, Object user) {
            RoboflowHealthCheck check = checks.computeIfAbsent(target, RoboflowHealthCheck::new);
            WritableHealthCheckRepository repository = repository(context);
            if (check.join(user) && repository != null) {
                check.setEnabled(enabled);
                repository.addHealthCheck(check);
            }
            return check;
        }

        synchronized void release(CamelContext context, RoboflowHealthCheck check, Object user) {
            if (check.leave(user)) {
                checks.remove(check.target);
                WritableHealthCheckRepository repository = repository(context);
                if (repository != null) {
                    repository.removeHealthCheck(check);
                }
            }
        }

        /** Returns the check of a model in use. */
        synchronized RoboflowHealthCheck of(String target) {
            return checks.get(target);
        }

        private static WritableHealthCheckRepository repository(CamelContext context) {
            return HealthCheckHelper.getHealthCheckRepository(context, "producers", WritableHealthCheckRepository.class);
        }
    }
}
