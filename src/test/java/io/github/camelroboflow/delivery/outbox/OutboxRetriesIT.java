package io.github.camelroboflow.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.fixture.FreePorts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that a receiver does not accept are sent again, for the configured time. */
class OutboxRetriesIT {

    @TempDir
    Path data;

    @Test
    void aReceiverThatFailsIsTriedAgainUntilItAccepts() {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data).start()) {
            receiver.answer((exchange, request) ->
                    exchange.sendResponseHeaders(receiver.requests().size() < 5 ? 500 : 200, -1));
            program.enqueue(receiver.url("/"), "one", "{}");

            await().until(() -> program.waiting() == 0);

            assertThat(receiver.ids()).containsExactly("one", "one", "one", "one", "one");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 401, 403, 404, 405, 408, 425, 429, 500, 503})
    void whatMayPassIsTriedAgain(int status) {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data).start()) {
            receiver.answer((exchange, request) -> {
                exchange.getResponseHeaders().set("Location", receiver.url("/elsewhere"));
                exchange.sendResponseHeaders(receiver.requests().size() < 3 ? status : 200, -1);
            });
            program.enqueue(receiver.url("/hook"), "one", "{}");

            await().until(() -> program.waiting() == 0);

            assertThat(receiver.requests()).hasSize(3).allMatch(request -> request.path().equals("/hook"));
            assertThat(data.resolve("refused")).doesNotExist();
        }
    }

    @Test
    void aReceiverThatIsSilentIsTriedAgain() {
        CountDownLatch end = new CountDownLatch(1);
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data)) {
            program.webhooks(Duration.ofMillis(500), "").start();
            receiver.answer((exchange, request) -> {
                Receiver.Answer answer = receiver.requests().size() < 3 ? Receiver.Answer.held(end) : Receiver.Answer.status(200);
                answer.to(exchange, request);
            });
            program.enqueue(receiver.url("/"), "one", "{}");

            await().until(() -> program.waiting() == 0);
            assertThat(receiver.ids()).hasSizeGreaterThan(2).containsOnly("one");
        } finally {
            end.countDown();
        }
    }

    @Test
    void whatAReceiverAsksForWithRetryAfterIsKept() {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data)) {
            program.retryAfter(Duration.ofMillis(100), Duration.ofMinutes(1)).start();
            receiver.answer((exchange, request) -> {
                exchange.getResponseHeaders().set("Retry-After", "2");
                exchange.sendResponseHeaders(receiver.requests().size() < 2 ? 429 : 200, -1);
            });
            program.enqueue(receiver.url("/"), "one", "{}");

            await().until(() -> program.waiting() == 0);

            List<Receiver.Request> requests = receiver.requests();
            assertThat(Duration.ofNanos(requests.get(1).nanoTime() - requests.get(0).nanoTime()))
                    .isGreaterThan(Duration.ofMillis(1900));
        }
    }

    @Test
    void aDestinationThatIsDownIsTriedByOneRowAtATime() {
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger status = new AtomicInteger(503);
        // until the third failure the destination is up: two fail, then eight are sent at the same time
        int tried = 10;
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data)) {
            program.retryAfter(Duration.ofMillis(20), Duration.ofMillis(100)).start();
            receiver.answer((exchange, request) -> {
                int number = atOnce.incrementAndGet();
                if (receiver.requests().size() > tried) {
                    most.accumulateAndGet(number, Math::max);
                }
                // before the sender gets the response and sends another
                atOnce.decrementAndGet();
                exchange.sendResponseHeaders(status.get(), -1);
            });
            IntStream.range(0, 200).forEach(i -> program.enqueue(receiver.url("/"), "id-" + i, "{}"));
            await().until(() -> program.health().contains("status 503"));
            await().until(() -> receiver.requests().size() >= tried + 5);
            assertThat(most).hasValue(1);

            status.set(200);

            await().until(() -> program.waiting() == 0);
            assertThat(program.health()).isEmpty();
            assertThat(receiver.ids()).containsAll(IntStream.range(0, 200).mapToObj(i -> "id-" + i).toList());
        }
    }

    @Test
    void whatNobodyAcceptsIsGivenUpInTheEnd() {
        try (OutboxProgram program = new OutboxProgram(data)) {
            program.keepFor(Duration.ofSeconds(1)).start();
            String nowhere = "http://127.0.0.1:" + FreePorts.free() + "/";
            IntStream.range(0, 30).forEach(i -> program.enqueue(nowhere, "id-" + i, "{}"));

            await().until(() -> program.waiting() == 0);

            assertThat(program.refused()).hasSize(30);
            // the health check stayed down for ever, since no message was left to end the outage
            await().until(() -> program.health().isEmpty());
            assertThat(program.refused().get(0)).content().contains("not accepted within 1s", "Connect");
        }
    }
}
