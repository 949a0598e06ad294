package io.github.camelroboflow.component;

import static io.github.camelroboflow.condition.Results.detections;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.component.fixture.FakeEngineContext;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.support.ContractNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConcurrencyIT {

    private static final String TWO = FakeEngineContext.ENDPOINT + "&maxConcurrentRequests=2";
    private static final String OWN_THREADS = TWO + "&workers=auto";
    private static final byte[] IMAGE = {1};

    private final Semaphore destination = new Semaphore(0);
    private final AtomicInteger atDestination = new AtomicInteger();
    private final AtomicReference<Thread> inferredOn = new AtomicReference<>();
    private final CyclicBarrier both = new CyclicBarrier(2);

    private final FakeEngineContext camel = new FakeEngineContext(new RouteBuilder() {
        @Override
        public void configure() {
            from("direct:slow-destination").to(OWN_THREADS).process(exchange -> {
                atDestination.incrementAndGet();
                destination.acquire();
            });
            from("direct:after").to(TWO).process(exchange -> exchange.getMessage().setBody(Thread.currentThread()));
            from("direct:worker").to("roboflow:w/1?engine=#fake&workers=1")
                    .process(exchange -> exchange.getMessage().setBody(Thread.currentThread()));
            from("direct:same").to(TWO);
            from("direct:split").split(body()).parallelProcessing().to(TWO);
            from("direct:two-models").to("roboflow:a/1?engine=#fake&workers=auto&maxConcurrentRequests=1")
                    .setBody(constant(IMAGE)).to("roboflow:b/1?engine=#fake&workers=auto&maxConcurrentRequests=1");
            from("direct:there").to("roboflow:c/1?engine=#fake&workers=auto&maxConcurrentRequests=1")
                    .process(exchange -> both.await()).setBody(constant(IMAGE))
                    .to("roboflow:d/1?engine=#fake&workers=auto&maxConcurrentRequests=1");
            from("direct:back").to("roboflow:d/1?engine=#fake&workers=auto&maxConcurrentRequests=1")
                    .process(exchange -> both.await()).setBody(constant(IMAGE))
                    .to("roboflow:c/1?engine=#fake&workers=auto&maxConcurrentRequests=1");
            from("direct:wide").to("roboflow:e/1?engine=#fake&workers=auto&maxConcurrentRequests=4")
                    .setBody(constant(IMAGE)).to("roboflow:narrow/1?engine=#fake&workers=auto&maxConcurrentRequests=1");
        }
    });

    private final List<Thread> senders = new ArrayList<>();

    @AfterEach
    void stop() {
        destination.release(1000);
        camel.engine.release();
        camel.close();
    }

    private CompletableFuture<Exchange> sendLater(String uri) {
        CompletableFuture<Exchange> done = new CompletableFuture<>();
        Thread sender = new Thread(() -> done.complete(camel.send(uri, IMAGE, Map.of())));
        senders.add(sender);
        sender.start();
        return done;
    }

    private long waitingSenders() {
        return senders.stream().filter(sender -> List.of(sender.getStackTrace()).toString().contains("Workers.take")).count();
    }

    @Test
    void aCallerAboveTheLimitWaitsForAFreeWorker() {
        camel.engine.holds();
        List<CompletableFuture<Exchange>> sent = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            sent.add(sendLater(TWO));
        }
        await().until(() -> camel.engine.inFlight() == 2 && waitingSenders() == 1);
        assertThat(camel.engine.calls).hasSize(2);

        camel.engine.release();
        assertThat(sent).allSatisfy(one -> assertThat(one.join().getException()).isNull());
        assertThat(camel.engine.calls).hasSize(3);
    }

    @Test
    void aCallerNeverDoesTheWorkOfAWorkerThatIsJustFinishing() {
        for (int i = 0; i < 1000; i++) {
            Exchange done = camel.send("direct:worker", IMAGE, Map.of());
            assertThat(done.getMessage().getBody()).as("message %d", i).isNotSameAs(Thread.currentThread());
        }
    }

    @Test
    void theWorkersIncludeASlowDestination() {
        for (int i = 0; i < 3; i++) {
            sendLater("direct:slow-destination");
        }
        await().until(() -> atDestination.get() == 2 && waitingSenders() == 1);
        assertThat(camel.engine.calls).hasSize(2);

        destination.release();
        await().until(() -> atDestination.get() == 3);
    }

    @Test
    void whenFullFailFailsAtOnceAndLeavesNothingOfAnEarlierCall() {
        camel.engine.holds();
        String uri = TWO + "&whenFull=fail";
        camel.context.getEndpoint(uri);
        CompletableFuture<Exchange> first = sendLater(uri);
        CompletableFuture<Exchange> second = sendLater(uri);
        await().until(() -> camel.engine.inFlight() == 2);

        Exchange refused = camel.send(uri, exchange -> {
            exchange.getMessage().setBody(IMAGE);
            exchange.getMessage().setHeader(RoboflowConstants.TOP_CLASS, "stale");
            exchange.setProperty(ContractNames.INFERENCE, "stale");
        });
        assertThat(refused.getException()).isInstanceOf(RoboflowUnavailableException.class).hasMessageContaining(
                "already works on 2 messages: try again later, raise maxConcurrentRequests, or let callers wait with"
                        + " whenFull=block");
        assertThat(refused.getMessage().getHeaders()).isEmpty();
        assertThat(refused.getProperty(ContractNames.INFERENCE)).isNull();

        camel.engine.release();
        assertThat(first.join().getException()).isNull();
        assertThat(second.join().getException()).isNull();
        await().untilAsserted(() -> assertThat(camel.send(uri, IMAGE, Map.of()).getException()).isNull());
    }

    @Test
    void twoModelsInOneRouteNeedOneWorkerOnly() {
        assertThat(camel.send("direct:two-models", IMAGE, Map.of()).getException()).isNull();
        assertThat(camel.engine.calls).extracting(call -> call.model().value()).containsExactly("a/1", "b/1");
    }

    @Test
    void routesThatUseTwoModelsInOppositeOrderDoNotWaitForEachOther() {
        CompletableFuture<Exchange> there = sendLater("direct:there");
        CompletableFuture<Exchange> back = sendLater("direct:back");

        assertThat(there.join().getException()).isNull();
        assertThat(back.join().getException()).isNull();
    }

    @Test
    void theSecondModelOfARouteKeepsItsOwnBound() {
        camel.engine.holdsOnly("narrow/1");
        for (int i = 0; i < 4; i++) {
            sendLater("direct:wide");
        }
        await().until(() -> camel.engine.calls.size() == 5 && camel.engine.inFlight() == 1);
        assertThat(camel.engine.calls).filteredOn(call -> call.model().value().equals("narrow/1")).hasSize(1);

        camel.engine.release();
        await().until(() -> camel.engine.calls.size() == 8);
    }

    private Thread threadOf(String uri, boolean isTransacted) {
        camel.engine.answers(image -> {
            inferredOn.set(Thread.currentThread());
            return detections("gear/0.9");
        });
        Exchange exchange = camel.send(uri, message -> {
            message.getExchangeExtension().setTransacted(isTransacted);
            message.getMessage().setBody(IMAGE);
        });
        assertThat(exchange.getException()).isNull();
        return inferredOn.get();
    }

    @Test
    void aMessageStaysOnTheThreadOfItsCaller() {
        assertThat(threadOf(TWO, false)).isSameAs(Thread.currentThread());
        assertThat(camel.send("direct:after", IMAGE, Map.of()).getMessage().getBody()).isSameAs(Thread.currentThread());
    }

    @Test
    void aTransactionStaysOnItsThreadEvenWithWorkers() {
        assertThat(threadOf(OWN_THREADS, true)).isSameAs(Thread.currentThread());
        assertThat(threadOf(OWN_THREADS, false).getName()).contains("roboflow-parts/1");
    }

    @Test
    void anIdleWorkerEndsAfterAMinute() {
        threadOf(OWN_THREADS, false);
        ThreadPoolExecutor pool = pools().get(0);

        assertThat(pool.getKeepAliveTime(TimeUnit.SECONDS)).isEqualTo(60);
        assertThat(pool.allowsCoreThreadTimeOut()).isTrue();
        assertThat(pool.getMaximumPoolSize()).isEqualTo(2);
    }

    @Test
    void anEndpointWithoutWorkersHasNoThreads() {
        threadOf(TWO, false);

        assertThat(pools()).isEmpty();
    }

    /** Returns the pools of the endpoint {@code parts/1}. */
    private List<ThreadPoolExecutor> pools() {
        return camel.context.getEndpoints().stream().filter(RoboflowEndpoint.class::isInstance).map(RoboflowEndpoint.class::cast)
                .filter(endpoint -> endpoint.getTarget().equals("parts/1"))
                .flatMap(endpoint -> endpoint.workers().threads().stream()).map(ThreadPoolExecutor.class::cast)
                .filter(pool -> pool.getPoolSize() > 0).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "many", "10000", "1.5"})
    void aNumberOfWorkersThatIsNoneStopsTheStart(String workers) {
        assertThatThrownBy(() -> camel.context.getEndpoint(TWO + "&workers=" + workers))
                .hasStackTraceContaining("workers=" + workers + " is out of range");
    }

    @Test
    void manyCallersAreBoundedTogether() {
        camel.engine.holds();
        for (int i = 0; i < 8; i++) {
            sendLater(i % 2 == 0 ? TWO : "direct:same");
        }
        await().until(() -> camel.engine.inFlight() == 2 && waitingSenders() == 6);
        assertThat(camel.engine.calls).hasSize(2);
    }

    @Test
    void aBatchAndAParallelSplitStayWithinTheLimit() {
        Object batch = camel.send(TWO, List.of(IMAGE, IMAGE, IMAGE), Map.of()).getMessage().getBody();
        Exchange split = camel.send("direct:split", List.of(IMAGE, IMAGE, IMAGE, IMAGE), Map.of());
        CompletableFuture<Exchange> later = camel.context.createProducerTemplate().asyncSend(TWO, exchange ->
                exchange.getMessage().setBody(IMAGE));

        assertThat(batch).asInstanceOf(InstanceOfAssertFactories.LIST).hasSize(3);
        assertThat(split.getException()).isNull();
        assertThat(later.join().getException()).isNull();
        assertThat(camel.engine.calls).hasSize(6);
    }

    @Test
    void anInterruptedCallerGivesUpItsWait() {
        camel.engine.holds();
        sendLater(TWO);
        sendLater(TWO);
        await().until(() -> camel.engine.inFlight() == 2);
        CompletableFuture<Exchange> waiting = sendLater(TWO);
        await().until(() -> waitingSenders() == 1);

        senders.get(2).interrupt();
        assertThat(waiting.join().getException()).isInstanceOf(RoboflowUnavailableException.class)
                .hasMessageStartingWith("interrupted while waiting for a free place");
        assertThat(camel.engine.calls).hasSize(2);
    }

    @Test
    void stoppingWakesEveryCallerThatWaits() throws Exception {
        camel.engine.holds();
        sendLater(TWO);
        sendLater(TWO);
        await().until(() -> camel.engine.inFlight() == 2);
        CompletableFuture<Exchange> third = sendLater(TWO);
        CompletableFuture<Exchange> fourth = sendLater(TWO);
        await().until(() -> waitingSenders() == 2);

        Thread stopper = new Thread(() -> camel.context.getEndpoint(TWO).stop());
        stopper.start();
        for (CompletableFuture<Exchange> waiting : List.of(third, fourth)) {
            assertThat(waiting.join().getException()).isInstanceOf(RoboflowUnavailableException.class)
                    .hasMessageEndingWith("is stopping");
        }
        camel.engine.release();
        stopper.join();
    }

    @Test
    void theEngineWorksWhileIdsAreComputedAndIsCancelledIfThatFails() {
        camel.engine.holds();
        Object unreadable = new Object() {
            @Override
            public String toString() {
                throw new IllegalStateException("no text");
            }
        };

        Exchange exchange = camel.send(TWO, IMAGE, Map.of(Exchange.FILE_NAME, "a.jpg", Exchange.FILE_LAST_MODIFIED, unreadable));

        assertThat(exchange.getException()).hasStackTraceContaining("no text");
        assertThat(camel.engine.held).hasSize(1).allMatch(CompletableFuture::isCancelled);
    }

    @Test
    void anEngineThatDoesNotKeepItsDeadlineIsGivenUp() {
        camel.engine.holds();
        Exchange exchange = camel.send(TWO + "&requestTimeout=1ms", IMAGE, Map.of());

        assertThat(exchange.getException()).isInstanceOf(RoboflowUnavailableException.class)
                .hasMessage("no answer for message body from parts/1 within 1 ms");
        assertThat(camel.engine.held.get(0)).isCancelled();
    }
}
