package io.github.camelroboflow.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Destinations that share something, such as a host, don't wait for each other. */
class SeparateDestinationsIT {

    @TempDir
    Path data;

    /** They shared the connections to their host: the fast one waited for the slow one. */
    @Test
    void aReceiverThatHangsHoldsUpNoOtherAtItsHost() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data).start()) {
            receiver.answer((exchange, request) -> {
                if (request.path().startsWith("/slow")) {
                    Receiver.Answer.held(end).to(exchange, request);
                } else {
                    exchange.sendResponseHeaders(200, -1);
                }
            });
            // more than may be sent to one of them at the same time
            IntStream.range(0, 60).forEach(i -> IntStream.range(0, 3).forEach(slow ->
                    program.enqueue(receiver.url("/slow/" + slow), "id-" + i, "{}")));
            await().until(() -> receiver.requests().stream()
                    .filter(request -> request.path().startsWith("/slow")).count() >= 15);
            IntStream.range(0, 60).forEach(i -> program.enqueue(receiver.url("/fast"), "id-" + i, "{}"));

            await().until(() -> receiver.requests().stream()
                    .filter(request -> request.path().equals("/fast")).count() == 60);
            assertThat(receiver.requests()).hasSizeLessThanOrEqualTo(84);
            end.countDown();
            await().until(() -> program.waiting() == 0);
        }
    }

    /** Each image had its own address, and the state of each was kept for ever. */
    @Test
    void whatIsKnownOfADestinationIsForgottenWhenNothingWaitsForIt() throws Exception {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data)
                .pollingEvery(Duration.ofMillis(100)).start()) {
            IntStream.range(0, 1500).forEach(i -> program.enqueue(receiver.url("/" + i), "id", "{}"));

            await().until(() -> program.waiting() == 0);
            await().until(() -> program.outbox().knownDestinations() == 0);
            assertThat(receiver.requests()).hasSize(1500);
        }
    }
}
