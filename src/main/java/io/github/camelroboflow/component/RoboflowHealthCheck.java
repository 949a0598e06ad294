package io.github.camelroboflow.component;

import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.RoboflowException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.health.WritableHealthCheckRepository;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * One for each model, whatever number of producers call it, since Camel knows checks by their id. Down from the first call that an
 * engine could not serve until the same producer has one that succeeds; a bad image says nothing about the engine.
 */
final class RoboflowHealthCheck extends AbstractHealthCheck {

    private final String target;
    private final Map<RoboflowProducer, Throwable> reasons = new LinkedHashMap<>();
    private int users;

    private RoboflowHealthCheck(String target) {
        super("camel", "producer:roboflow-" + target);
        this.target = target;
    }

    synchronized void succeeded(RoboflowProducer producer) {
        reasons.remove(producer);
    }

    synchronized void failed(RoboflowProducer producer, Throwable error) {
        if (error instanceof RoboflowException && !(error instanceof InvalidImageException)) {
            reasons.put(producer, error);
        }
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

    /** A restart of this program does not mend a server that is down. */
    @Override
    public boolean isLiveness() {
        return false;
    }

    /** The checks of a component: there from a model's first producer to its last. */
    static final class Checks {

        private final Map<String, RoboflowHealthCheck> checks = new HashMap<>();

        synchronized RoboflowHealthCheck acquire(CamelContext context, String target, boolean enabled) {
            RoboflowHealthCheck check = checks.computeIfAbsent(target, RoboflowHealthCheck::new);
            WritableHealthCheckRepository repository = repository(context);
            if (check.users++ == 0 && repository != null) {
                check.setEnabled(enabled);
                repository.addHealthCheck(check);
            }
            return check;
        }

        synchronized void release(CamelContext context, RoboflowHealthCheck check, RoboflowProducer producer) {
            check.succeeded(producer);
            if (--check.users == 0) {
                checks.remove(check.target);
                WritableHealthCheckRepository repository = repository(context);
                if (repository != null) {
                    repository.removeHealthCheck(check);
                }
            }
        }

        private static WritableHealthCheckRepository repository(CamelContext context) {
            return HealthCheckHelper.getHealthCheckRepository(context, "producers", WritableHealthCheckRepository.class);
        }
    }
}
