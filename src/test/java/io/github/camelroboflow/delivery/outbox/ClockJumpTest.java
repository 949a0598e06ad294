package io.github.camelroboflow.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The machine's clock is set while results wait. */
class ClockJumpTest {

    @TempDir
    Path data;
    private final SetClock clock = new SetClock();

    private OutboxProgram start() {
        return new OutboxProgram(data).clock(clock).start();
    }

    @Test
    void aClockThatIsSetBackDoesNotStopTheTries() {
        try (Receiver receiver = new Receiver(); OutboxProgram program = start()) {
            receiver.answer(Receiver.Answer.status(503));
            IntStream.range(0, 10).forEach(i -> program.enqueue(receiver.url("/"), "id-" + i, "{}"));
            await().until(() -> receiver.requests().size() > 3);

            clock.set(Duration.ofDays(-30));
            receiver.answer(Receiver.Answer.status(200));

            await().until(() -> program.waiting() == 0);
        }
    }

    @Test
    void aClockThatWasSetBackWhileTheProgramWasOffDoesNotStopTheTries() {
        try (Receiver receiver = new Receiver()) {
            receiver.answer(Receiver.Answer.status(503));
            try (OutboxProgram program = start()) {
                IntStream.range(0, 10).forEach(i -> program.enqueue(receiver.url("/"), "id-" + i, "{}"));
                await().until(() -> receiver.requests().size() > 3);
            }
            clock.set(Duration.ofDays(-30));
            receiver.answer(Receiver.Answer.status(200));
            try (OutboxProgram program = start()) {
                await().until(() -> program.waiting() == 0);
            }
        }
    }

    @Test
    void aClockThatJumpsAheadGivesUpNothingThatIsAcceptedAtTheNextTry() {
        try (Receiver receiver = new Receiver(); OutboxProgram program = start()) {
            receiver.answer(Receiver.Answer.status(503));
            IntStream.range(0, 10).forEach(i -> program.enqueue(receiver.url("/"), "id-" + i, "{}"));
            await().until(() -> program.health().contains("503"));

            clock.set(Duration.ofDays(400));
            int before = receiver.requests().size();
            receiver.answer((exchange, request) ->
                    exchange.sendResponseHeaders(receiver.requests().size() == before + 1 ? 503 : 200, -1));

            await().until(() -> program.waiting() == 0);
            assertThat(data.resolve("failed/webhooks")).doesNotExist();
        }
    }

    @Test
    void afterTwoMoreFailuresWhatIsLateIsGivenUp() {
        try (Receiver receiver = new Receiver(); OutboxProgram program = start()) {
            receiver.answer(Receiver.Answer.status(503));
            IntStream.range(0, 10).forEach(i -> program.enqueue(receiver.url("/"), "id-" + i, "{}"));
            await().until(() -> program.health().contains("503"));
            int before = receiver.requests().size();

            clock.set(Duration.ofDays(2));

            await().until(() -> program.waiting() == 0);
            assertThat(receiver.requests().size()).isGreaterThanOrEqualTo(before + 2);
            assertThat(data.resolve("failed/webhooks").toFile().list()).hasSize(10);
        }
    }
}
