package io.github.camelroboflow.delivery.scale.work;

import io.github.camelroboflow.delivery.route.OutageRoutePolicy;
import io.github.camelroboflow.delivery.scale.work.ReferenceComponent.WorkSettings;
import io.github.camelroboflow.delivery.scale.work.ReferenceConsumer.TopicLag;
import io.github.camelroboflow.inference.support.ContractNames;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.ThreadPoolFactory;
import org.apache.camel.support.DefaultThreadPoolFactory;

/** A worker in this JVM, whose route has one step. */
final class TestWorker implements AutoCloseable {

    /** The work of the route on an image. */
    @FunctionalInterface
    interface Step {
        void process(String image) throws Exception;
    }

    private final SharedSite site;
    private final String id;
    private final int inFlight;
    private final Step step;
    private final ConcurrentLinkedQueue<String> processed = new ConcurrentLinkedQueue<>();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger mostRunning = new AtomicInteger();
    private ThreadPoolFactory threads = new DefaultThreadPoolFactory();
    private CamelContext context;

    /** @param id empty for one of its own at each start */
    TestWorker(SharedSite site, String id, int inFlight, Step step) {
        this.site = site;
        this.id = id;
        this.inFlight = inFlight;
        this.step = step;
    }

    /** Sets the maker of its threads; call this before the start. */
    TestWorker withThreads(ThreadPoolFactory factory) {
        threads = factory;
        return this;
    }

    TestWorker start() {
        return start(300_000);
    }

    /** @param maxPollInterval the time in milliseconds after which the broker takes a worker that does not poll for dead */
    TestWorker start(int maxPollInterval) {
        context = new DefaultCamelContext();
        context.getExecutorServiceManager().setThreadPoolFactory(threads);
        context.getComponent("kafka", KafkaComponent.class).getConfiguration().setMaxPollIntervalMs(maxPollInterval);
        WorkSettings settings = new WorkSettings(site.deadLetters(), id, inFlight, SharedSite.MAX_ATTEMPTS, site.kafka().address(),
                Duration.ofSeconds(10));
        context.addComponent("references", new ReferenceComponent(settings, site::claims,
                () -> new ReferencedImages(site.folders(), kind -> {
            throw new IllegalStateException("no bucket");
        })));
        OutageRoutePolicy policy = new OutageRoutePolicy(Duration.ofMillis(200), Duration.ofMillis(200));
        policy.setCamelContext(context);
        try {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("references:" + site.topic()).routeId("work").routePolicy(policy).errorHandler(noErrorHandler())
                            .process(exchange -> process(exchange.getProperty(ContractNames.IMAGE_NAME, String.class)));
                }
            });
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        context.start();
        return this;
    }

    private void process(String image) throws Exception {
        mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
        try {
            step.process(image);
            processed.add(image);
        } finally {
            running.decrementAndGet();
        }
    }

    List<String> processed() {
        return List.copyOf(processed);
    }

    int mostRunning() {
        return mostRunning.get();
    }

    TopicLag lag() {
        return ReferenceConsumer.lags(context).get(0);
    }

    boolean isSuspended() {
        return ((ReferenceConsumer) context.getRoute("work").getConsumer()).isSuspended();
    }

    boolean isWell() {
        return HealthCheckRegistry.get(context).getCheck("outage:work").orElseThrow().callReadiness().getState()
                == HealthCheck.State.UP;
    }

    int partitions() {
        return lag().partitions();
    }

    @Override
    public void close() {
        context.stop();
    }
}
