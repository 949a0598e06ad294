package io.github.camelroboflow.delivery.route;

import io.github.camelroboflow.delivery.failure.FailureClassifier;
import io.github.camelroboflow.delivery.source.AcceptedDestinations;
import io.github.camelroboflow.inference.support.LogThrottle;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.Service;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.apache.camel.spi.ExceptionHandler;
import org.apache.camel.spi.PollingConsumerPollStrategy;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.ScheduledPollConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the failed polls of a source in one line, once an hour for each kind of failure. Camel logs each of them with a stack trace.
 * Failures of single exchanges are still logged as before.
 */
public final class PollFailures extends LifecycleStrategySupport {

    private static final Logger LOG = LoggerFactory.getLogger(PollFailures.class);
    private static final LogThrottle THROTTLE = new LogThrottle(Duration.ofHours(1));

    @Override
    public void onServiceAdd(CamelContext context, Service service, Route route) {
        if (service instanceof DefaultConsumer consumer && !(consumer.getExceptionHandler() instanceof Line)) {
            consumer.setExceptionHandler(new Line(consumer, consumer.getExceptionHandler()));
        }
    }

    public static void log(Consumer consumer, Throwable failure) {
        if (consumer instanceof ScheduledPollConsumer poll && poll.getPollStrategy() instanceof OutagePollStrategy) {
            // that strategy logs it
            return;
        }
        String place = AcceptedDestinations.redactedAddress(consumer.getEndpoint().getEndpointBaseUri());
        if (THROTTLE.shouldLog(place + " " + FailureClassifier.rootCause(failure).getClass().getName())) {
            LOG.warn("{} can't be read now and is tried again: {} (logged once an hour)", place,
                    FailureClassifier.describe(failure));
        }
        LOG.debug("{}", place, failure);
    }

    /** @param others the consumer's own handler, for failures of an exchange */
    private record Line(Consumer consumer, ExceptionHandler others) implements ExceptionHandler {

        @Override
        public void handleException(Throwable exception) {
            log(consumer, exception);
        }

        @Override
        public void handleException(String message, Throwable exception) {
            log(consumer, exception);
        }

        @Override
        public void handleException(String message, Exchange exchange, Throwable exception) {
            others.handleException(message, exchange, exception);
        }
    }

    /**
     * A poll strategy that logs once that a source can't be reached, and once that it can be reached again. Meanwhile a health
     * check is down and names the reason. The endpoint decides how often it polls.
     */
    public static final class OutagePollStrategy implements PollingConsumerPollStrategy, CamelContextAware {

        private static final Logger LOG = LoggerFactory.getLogger(OutagePollStrategy.class);

        private final String name;
        private CamelContext camelContext;
        private volatile Outage outage;

        private record Outage(Instant since, String reason) {
        }

        /** @param name of the source, in the log and in the health check's id */
        public OutagePollStrategy(String name) {
            this.name = name;
        }

        @Override
        public boolean begin(Consumer consumer, Endpoint endpoint) {
            return true;
        }

        @Override
        public void commit(Consumer consumer, Endpoint endpoint, int polledMessages) {
            if (outage != null) {
                outage = null;
                LOG.info("{} can be reached again", name);
            }
        }

        @Override
        public boolean rollback(Consumer consumer, Endpoint endpoint, int retryCounter, Exception cause) {
            String sentence = FailureClassifier.describe(cause);
            Outage known = outage;
            if (known == null) {
                LOG.warn("{} can't be reached, and is tried again: {}", name, sentence);
            }
            outage = new Outage(known == null ? Instant.now() : known.since, sentence);
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
                Outage down = outage;
                if (down == null) {
                    builder.up();
                } else {
                    builder.down().message(down.reason).detail(OutageRoutePolicy.SINCE, down.since.toString());
                }
            }

            @Override
            public boolean isLiveness() {
                return false;
            }
        }
    }
}
