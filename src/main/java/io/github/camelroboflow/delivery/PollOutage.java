package io.github.camelroboflow.delivery;

import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.apache.camel.spi.PollingConsumerPollStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A poll strategy: tells once that a source can't be looked at, and once that it can again; meanwhile a health check is down and
 * says why. How often it is tried is the endpoint's business.
 */
public final class PollOutage implements PollingConsumerPollStrategy, CamelContextAware {

    private static final Logger LOG = LoggerFactory.getLogger(PollOutage.class);

    private CamelContext camelContext;
    private String name = "source";
    private volatile String reason;

    /** What to call the source, in the log and as the health check's id. */
    public void setName(String name) {
        this.name = name;
    }

    @Override
    public boolean begin(Consumer consumer, Endpoint endpoint) {
        return true;
    }

    @Override
    public void commit(Consumer consumer, Endpoint endpoint, int polledMessages) {
        if (reason != null) {
            reason = null;
            LOG.info("{} can be reached again", name);
        }
    }

    @Override
    public boolean rollback(Consumer consumer, Endpoint endpoint, int retryCounter, Exception cause) {
        String sentence = Failures.sentence(cause);
        if (reason == null) {
            LOG.warn("{} can't be reached, and is tried again: {}", name, sentence);
        }
        reason = sentence;
        return false;
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
        HealthCheckRegistry checks = HealthCheckRegistry.get(camelContext);
        if (checks != null) {
            checks.register(new Check());
        }
    }

    private final class Check extends AbstractHealthCheck {

        Check() {
            super("camel", "poll");
        }

        @Override
        public String getId() {
            return "outage:" + name;
        }

        @Override
        protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
            String down = reason;
            if (down == null) {
                builder.up();
            } else {
                builder.down().message(down);
            }
        }

        @Override
        public boolean isLiveness() {
            return false;
        }
    }
}
