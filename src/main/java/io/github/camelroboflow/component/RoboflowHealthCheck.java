package io.github.camelroboflow.component;

import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.RoboflowException;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Down from the first call that the engine could not serve until one succeeds; a bad image says nothing about the engine. */
final class RoboflowHealthCheck extends AbstractHealthCheck {

    private final String target;
    private volatile Throwable reason;

    RoboflowHealthCheck(String target) {
        super("camel", "producer:roboflow-" + target);
        this.target = target;
    }

    void succeeded() {
        reason = null;
    }

    void failed(Throwable error) {
        if (error instanceof RoboflowException && !(error instanceof InvalidImageException)) {
            reason = error;
        }
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        builder.detail("roboflow.model", target);
        Throwable failure = reason;
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
}
