package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.component.fixture.FakeEngineContext;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages whose result is not expected within requestTimeout. */
class AdmissionInTimeTest {

    private static final String ONE = FakeEngineContext.ENDPOINT + "&maxConcurrentRequests=1&requestTimeout=";
    private static final byte[] IMAGE = {1};

    private final FakeEngineContext camel = new FakeEngineContext();

    @AfterEach
    void stop() {
        camel.engine.release();
        camel.close();
    }

    /** Sends a message as a server does, whose client waits for the answer. */
    private Exchange ask(String uri, Object body) {
        return camel.send(uri, exchange -> {
            Cancellation.of(exchange);
            exchange.getMessage().setBody(body);
        });
    }

    private CompletableFuture<Exchange> sendLater(String uri) {
        CompletableFuture<Exchange> done = new CompletableFuture<>();
        new Thread(() -> done.complete(camel.send(uri, IMAGE, Map.of()))).start();
        return done;
    }

    private CompletableFuture<Exchange> askLater(String uri) {
        CompletableFuture<Exchange> done = new CompletableFuture<>();
        new Thread(() -> done.complete(ask(uri, IMAGE))).start();
        return done;
    }

    private static void assertRefused(Exchange exchange, Duration retryAfter) {
        assertThat(exchange.getException()).isInstanceOf(RoboflowUnavailableException.class).hasMessageContaining("was refused at")
                .hasMessageContaining("requestTimeout=9000 ms").hasMessageNotContaining("apiKey")
                .asInstanceOf(type(RoboflowUnavailableException.class))
                .satisfies(refused -> assertThat(refused.retryAfter()).contains(retryAfter));
    }

    @Test
    void aRequestThatWouldBeTooLateIsRefusedWithTheTimeUntilItWouldNotBe() {
        camel.engine.expects((ahead, images) -> Duration.ofSeconds(12));

        assertRefused(ask(ONE + "9s", IMAGE), Duration.ofSeconds(3));
        assertThat(camel.engine.calls).isEmpty();
        assertThat(ask(ONE + "12s", IMAGE).getException()).isNull();
    }

    @Test
    void allImagesOfARequestCount() {
        camel.engine.expects((ahead, images) -> Duration.ofSeconds(images));

        assertRefused(ask(ONE + "9s", Collections.nCopies(10, IMAGE)), Duration.ofSeconds(1));
        assertThat(ask(ONE + "9s", IMAGE).getException()).isNull();
    }

    @Test
    void theRequestsThatWaitAtTheEndpointCount() {
        AtomicInteger estimates = new AtomicInteger();
        camel.engine.holds().expects((ahead, images) -> {
            estimates.incrementAndGet();
            return Duration.ofSeconds(ahead == 0 ? 0 : 10);
        });
        CompletableFuture<Exchange> running = askLater(ONE + "9s");
        await().until(() -> camel.engine.inFlight() == 1);
        CompletableFuture<Exchange> waiting = askLater(ONE + "9s");
        await().until(() -> estimates.get() == 2);

        assertRefused(ask(ONE + "9s", IMAGE), Duration.ofSeconds(1));
        camel.engine.release();
        assertThat(running.join().getException()).isNull();
        assertThat(waiting.join().getException()).isNull();
        assertThat(ask(ONE + "9s", IMAGE).getException()).isNull();
    }

    @Test
    void aMessageWhoseWaitEndsWithAnErrorCountsNoLonger() {
        AtomicInteger counted = new AtomicInteger(-1);
        camel.engine.holds().expects((ahead, images) -> {
            counted.set(ahead);
            return Duration.ZERO;
        });
        CompletableFuture<Exchange> running = sendLater(ONE + "9s");
        await().until(() -> camel.engine.inFlight() == 1);
        RoboflowEndpoint endpoint = camel.context.getEndpoint(ONE + "9s", RoboflowEndpoint.class);
        Error error = new OutOfMemoryError("x");

        assertThatThrownBy(() -> endpoint.workers().process(endpoint.createExchange(), sync -> { }, message -> { }, change -> {
            throw error;
        })).isSameAs(error);
        camel.engine.release();
        running.join();
        assertThat(ask(ONE + "9s", IMAGE).getException()).isNull();
        assertThat(counted).hasValue(0);
    }

    @Test
    void aRequestWaitsForAFreePlaceOnlyAsLongAsItHasTime() {
        camel.engine.holds();
        String uri = ONE + "200";
        // a message without a client keeps the place as long as the engine holds it
        CompletableFuture<Exchange> running = sendLater(uri);
        await().until(() -> camel.engine.inFlight() == 1);

        assertThat(ask(uri, IMAGE).getException()).isInstanceOf(RoboflowUnavailableException.class)
                .hasMessageContaining("no free place").hasMessageContaining("requestTimeout=200 ms");
        camel.engine.release();
        running.join();
        assertThat(ask(uri, IMAGE).getException()).isNull();
    }

    /** An image that fails for lack of time gets another try by its client. */
    @Test
    void aFailureAfterTheTimeIsNotTheFaultOfTheImageOfAClient() {
        camel.engine.answers(image -> {
            await().pollDelay(Duration.ofMillis(3)).until(() -> true);
            throw new RoboflowException("it was stopped");
        });

        assertThat(ask(ONE + "1", IMAGE).getException()).isInstanceOf(RoboflowUnavailableException.class)
                .hasMessage("it was stopped");
        assertThat(ask(ONE + "9s", IMAGE).getException()).isExactlyInstanceOf(RoboflowException.class);
        assertThat(camel.send(ONE + "1", IMAGE, Map.of()).getException()).isExactlyInstanceOf(RoboflowException.class);
    }

    /** An image in a folder has no client that waits, so it must neither fail nor count as an outage. */
    @Test
    void aMessageWithoutAClientWaits() {
        camel.engine.expects((ahead, images) -> Duration.ofSeconds(12));

        assertThat(camel.send(ONE + "9s", IMAGE, Map.of()).getException()).isNull();
        assertThat(camel.send(ONE + "9s&workers=auto", IMAGE, Map.of()).getException()).isNull();
    }

    @Test
    void anEndpointThatLetsNobodyWaitRefusesTooLateMessagesToo() {
        camel.engine.expects((ahead, images) -> Duration.ofSeconds(12));

        assertRefused(camel.send(ONE + "9s&whenFull=fail", IMAGE, Map.of()), Duration.ofSeconds(3));
        assertRefused(camel.send(ONE + "9s&whenFull=fail&workers=auto", IMAGE, Map.of()), Duration.ofSeconds(3));
    }
}
