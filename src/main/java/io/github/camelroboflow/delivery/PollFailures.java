package io.github.camelroboflow.delivery;

import io.github.camelroboflow.inference.LogThrottle;
import java.time.Duration;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.Service;
import org.apache.camel.spi.ExceptionHandler;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.ScheduledPollConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells in one line, once an hour for each kind, why a source can't be looked at, which Camel tells at every turn, with a stack
 * trace. What went wrong with one exchange is still told as it was.
 */
public final class PollFailures extends LifecycleStrategySupport {

    private static final Logger LOG = LoggerFactory.getLogger(PollFailures.class);
    private static final LogThrottle SAID = new LogThrottle(Duration.ofHours(1));

    @Override
    public void onServiceAdd(CamelContext context, Service service, Route route) {
        if (service instanceof DefaultConsumer consumer && !(consumer.getExceptionHandler() instanceof Line)) {
            consumer.setExceptionHandler(new Line(consumer, consumer.getExceptionHandler()));
        }
    }

    static void tell(Consumer consumer, Throwable failure) {
        if (consumer instanceof ScheduledPollConsumer poll && poll.getPollStrategy() instanceof PollOutage) {
            // which tells it itself
            return;
        }
        String place = Deliveries.place(consumer.getEndpoint().getEndpointBaseUri());
        if (SAID.isNews(place + " " + Failures.innermost(failure).getClass().getName())) {
            LOG.warn("{} can't be looked at now, and is tried again: {} (said once an hour)", place, Failures.sentence(failure));
        }
        LOG.debug("{}", place, failure);
    }

    /** @param others that of the consumer, for what is about an exchange */
    private record Line(Consumer consumer, ExceptionHandler others) implements ExceptionHandler {

        @Override
        public void handleException(Throwable exception) {
            tell(consumer, exception);
        }

        @Override
        public void handleException(String message, Throwable exception) {
            tell(consumer, exception);
        }

        @Override
        public void handleException(String message, Exchange exchange, Throwable exception) {
            others.handleException(message, exchange, exception);
        }
    }
}
