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
 * The health check of a model. All producers of the model share it, since Camel identifies checks by their id. It is down from the
 * first call that an engine could not serve until a call of the same producer succeeds. A bad image does not count, since it says
 * nothing about the engine.
 */
final class RoboflowHealthCheck extends AbstractHealthCheck {

    private final String target;
    private final Map<RoboflowProducer, Throwable> reasons = new LinkedHashMap<>();
    private final Set<RoboflowProducer> users = new HashSet<>();

    private RoboflowHealthCheck(String target) {
        super("camel", "producer:roboflow-" + target);
        this.target = target;
    }

    synchronized void succeeded(RoboflowProducer producer) {
        reasons.remove(producer);
    }

    synchronized void failed(RoboflowProducer producer, Throwable error) {
        // a producer that has stopped will never succeed again
        if (users.contains(producer) && error instanceof RoboflowException && !(error instanceof InvalidImageException)) {
            reasons.put(producer, error);
        }
    }

    /** Adds a producer and returns whether it is the first one. */
    private synchronized boolean join(RoboflowProducer producer) {
        users.add(producer);
        return users.size() == 1;
    }

    /** Removes a producer and returns whether it was the last one. */
    private synchronized boolean leave(RoboflowProducer producer) {
        reasons.remove(producer);
        users.remove(producer);
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

    /** The checks of a component. Each exists from the start of a model's first producer to the stop of its last. */
    static final class Checks {

        private final Map<String, RoboflowHealthCheck> checks = new HashMap<>();

        synchronized RoboflowHealthCheck acquire(CamelContext context, String target, boolean enabled, RoboflowProducer producer) {
            RoboflowHealthCheck check = checks.computeIfAbsent(target, RoboflowHealthCheck::new);
            WritableHealthCheckRepository repository = repository(context);
            if (check.join(producer) && repository != null) {
                check.setEnabled(enabled);
                repository.addHealthCheck(check);
            }
            return check;
        }

        synchronized void release(CamelContext context, RoboflowHealthCheck check, RoboflowProducer producer) {
            if (check.leave(producer)) {
                checks.remove(check.target);
                WritableHealthCheckRepository repository = repository(context);
                if (repository != null) {
                    repository.removeHealthCheck(check);
                }
            }
        }

        /** Returns the check of a model that a producer uses. */
        synchronized RoboflowHealthCheck of(String target) {
            return checks.get(target);
        }

        private static WritableHealthCheckRepository repository(CamelContext context) {
            return HealthCheckHelper.getHealthCheckRepository(context, "producers", WritableHealthCheckRepository.class);
        }
    }
}
