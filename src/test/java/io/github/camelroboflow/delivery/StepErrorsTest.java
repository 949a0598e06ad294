package io.github.camelroboflow.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.ProgressDeadline;
import io.github.camelroboflow.delivery.ErrorSafeThreadPools.StepErrorInterceptor;
import io.github.camelroboflow.delivery.failure.FailureClassifier;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the handling of errors that Camel's and Java's own pools would ignore. */
class StepErrorsTest {

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final Queue<Throwable> reported = new ConcurrentLinkedQueue<>();
    private final AtomicInteger turns = new AtomicInteger();

    @BeforeEach
    void start() throws Exception {
        context.getCamelContextExtension().addInterceptStrategy(new StepErrorInterceptor());
        context.getExecutorServiceManager().setThreadPoolFactory(new ErrorSafeThreadPools());
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:step").process(exchange -> {
                    throw new StackOverflowError();
                });
                from("direct:condition").filter(exchange -> {
                    throw new OutOfMemoryError("Java heap space");
                }).to("mock:never").end();
                from("direct:nested").to("direct:step");
                from("direct:threads").threads(1).process(exchange -> {
                    throw new NoClassDefFoundError("gone");
                });
                from("direct:split").split(body()).to("direct:step").end();
                from("scheduler:turns?initialDelay=0&delay=20").routeId("turns").process(exchange -> turns.incrementAndGet());
            }
        });
        context.start();
    }

    @AfterEach
    void stop() throws IOException {
        context.close();
    }

    /** The thread died and the exchange never ended: its image stayed in work until a restart. */
    @ParameterizedTest
    @ValueSource(strings = {"direct:step", "direct:condition", "direct:nested", "direct:threads", "direct:split"})
    void theExchangeFailsWithIt(String route) throws Exception {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(List.of("one"));

        Exchange ended = context.createProducerTemplate().asyncSend(route, exchange)
                .get(ProgressDeadline.LAST.toSeconds(), TimeUnit.SECONDS);

        assertThat(ended.getException()).isNotNull();
        assertThat(FailureClassifier.rootCause(ended.getException())).isInstanceOf(Error.class);
        await().untilAsserted(() -> assertThat(context.getInflightRepository().size("turns"))
                .isEqualTo(context.getInflightRepository().size()));
    }

    @Test
    void whatIsDoneAgainAndAgainGoesOnAfterIt() {
        AtomicInteger calls = new AtomicInteger();
        ScheduledExecutorService pool = context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "test");

        pool.scheduleWithFixedDelay(() -> {
            if (calls.incrementAndGet() < 3) {
                throw new OutOfMemoryError("unable to create native thread");
            }
        }, 0, 1, TimeUnit.MILLISECONDS);

        await().until(() -> calls.get() > 5);
    }

    @Test
    void oneThatATaskKeepsForItselfIsToldToTheThreadsHandler() {
        context.getExecutorServiceManager().newThreadPool(this, "test", 1, 1).submit(() -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, error) -> reported.add(error));
            throw new StackOverflowError();
        });

        await().untilAsserted(() -> assertThat(reported).hasSize(1));
    }
}
