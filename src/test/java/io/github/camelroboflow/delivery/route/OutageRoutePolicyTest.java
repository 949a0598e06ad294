package io.github.camelroboflow.delivery.route;

import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.SuspendableService;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class OutageRoutePolicyTest {

    private static final long PAUSE = 50;

    private final CountDownLatch suspended = new CountDownLatch(1);

    /** The next attempt came before the consumer was suspended, and so it stayed suspended for ever. */
    @Test
    void aSuspensionThatTakesLongerThanThePauseEndsAllTheSame() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext(); OutageRoutePolicy policy = new OutageRoutePolicy(
                Duration.ofMillis(PAUSE), Duration.ofMillis(PAUSE))) {
            policy.setCamelContext(context);
            context.addComponent("slow", new SlowComponent());
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("slow:inbox").routeId("watch").routePolicy(policy).to("log:watch");
                }
            });
            context.start();
            Exchange exchange = new DefaultExchange(context);
            exchange.setException(new RoboflowUnavailableException("the server is down"));

            policy.onExchangeDone(context.getRoute("watch"), exchange);

            await().until(() -> suspended.getCount() == 0
                    && !((SuspendableService) context.getRoute("watch").getConsumer()).isSuspended());
        }
    }

    private final class SlowComponent extends DefaultComponent {

        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
            return new DefaultEndpoint(uri, this) {
                @Override
                public Producer createProducer() {
                    throw new UnsupportedOperationException();
                }

                @Override
                public Consumer createConsumer(Processor processor) {
                    return new SlowConsumer(this, processor);
                }
            };
        }
    }

    private final class SlowConsumer extends DefaultConsumer {

        SlowConsumer(Endpoint endpoint, Processor processor) {
            super(endpoint, processor);
        }

        @Override
        protected void doSuspend() throws InterruptedException {
            new CountDownLatch(1).await(10 * PAUSE, TimeUnit.MILLISECONDS);
            suspended.countDown();
        }
    }
}
