package io.github.camelroboflow.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.delivery.outbox.OutboxProgram.SetClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The machine's clock is set while results wait. */
class ClockJumpIT {

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

    /**
     * Sends ten results to a receiver that answers with 503, and sets the clock during an attempt.
     *
     * @param then the status from then on
     * @return the number of attempts until then, including this one
     */
    private int setDuringATry(Receiver receiver, OutboxProgram program, Duration offset, int then) {
        AtomicBoolean allWait = new AtomicBoolean();
        AtomicInteger setAt = new AtomicInteger();
        receiver.answer((exchange, request) -> {
            int status = setAt.get() == 0 ? 503 : then;
            int number = receiver.requests().size();
            // the third failure marks it as down: before, two fail and eight are sent at the same time
            if (allWait.get() && number > 10 && setAt.compareAndSet(0, number)) {
                clock.set(offset);
            }
            exchange.sendResponseHeaders(status, -1);
        });
        IntStream.range(0, 10).forEach(i -> program.enqueue(receiver.url("/"), "id-" + i, "{}"));
        allWait.set(true);
        await().until(() -> setAt.get() > 0);
        return setAt.get();
    }

    @Test
    void aClockThatJumpsAheadGivesUpNothingThatIsAcceptedAtTheNextTry() {
        try (Receiver receiver = new Receiver(); OutboxProgram program = start()) {
            setDuringATry(receiver, program, Duration.ofDays(400), 200);

            await().until(() -> program.waiting() == 0);
            assertThat(data.resolve("refused")).doesNotExist();
        }
    }

    @Test
    void afterTwoMoreFailuresWhatIsLateIsGivenUp() {
        try (Receiver receiver = new Receiver(); OutboxProgram program = start()) {
            int first = setDuringATry(receiver, program, Duration.ofDays(2), 503);

            await().until(() -> program.waiting() == 0);
            assertThat(receiver.requests()).hasSizeGreaterThan(first);
            assertThat(data.resolve("refused").toFile().list()).hasSize(10);
        }
    }
}
