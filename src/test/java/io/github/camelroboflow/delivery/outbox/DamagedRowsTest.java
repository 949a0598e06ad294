package io.github.camelroboflow.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.LogLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that can't be read or sent: each counts for itself, and the good one beside it is sent. */
class DamagedRowsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    final LogLines log = new LogLines();

    @TempDir
    Path data;

    /** Rows that wait while the receiver is down, changed by others' hands, and then one more. */
    private OutboxProgram damaged(Receiver receiver, String change) {
        try (OutboxProgram before = new OutboxProgram(data).start()) {
            receiver.answer(Receiver.Answer.status(503));
            before.enqueue(receiver.url("/"), "bad", "{}");
            await().atMost(PATIENCE).until(() -> !receiver.requests().isEmpty());
            before.outbox().stop();
            before.jdbc().update("update delivery_outbox set next_attempt = 0");
            before.jdbc().update(change);
        }
        receiver.answer(Receiver.Answer.status(200));
        return new OutboxProgram(data).lookingEvery(Duration.ofMillis(100)).start();
    }

    /** One such row had the whole destination stand still. */
    @ParameterizedTest
    @ValueSource(strings = {"no json", "null", "[1]", "{\"a\": null}", "{\"a\": {\"b\": 1}}", ""})
    void aRowWhoseHeadersCantBeReadIsGivenUpAndOthersAreSent(String headers) throws Exception {
        try (Receiver receiver = new Receiver(); OutboxProgram program = damaged(receiver,
                "update delivery_outbox set headers = '" + headers + "'")) {
            program.enqueue(receiver.url("/"), "good", "{}");

            await().atMost(PATIENCE).until(() -> receiver.ids().contains("good") && program.waiting() == 0);
            assertThat(program.refused()).hasSize(1);
            assertThat(program.refused().get(0)).content().contains("its headers in the database are no JSON");
            assertThat(receiver.ids().subList(receiver.ids().size() - 1, receiver.ids().size())).containsExactly("good");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"attempts = -5", "attempts = 2147483646", "created = 9223372036854775807", "last_attempt = -1",
            "deadline = 9223372036854775807", "part = 'a/..'", "delivery_id = 'a/../../b'", "claimed_until = 9223372036854775807",
            "next_attempt = -9223372036854775807"})
    void numbersAndNamesOfAnyKindKeepNoRowFromBeingSent(String change) throws Exception {
        try (Receiver receiver = new Receiver();
             OutboxProgram program = damaged(receiver, "update delivery_outbox set " + change)) {
            receiver.answer(Receiver.Answer.status(422));
            program.enqueue(receiver.url("/"), "good", "{}");

            await().atMost(PATIENCE).until(() -> receiver.ids().contains("good") && program.waiting() == 0);
            assertThat(program.refused()).hasSize(2).allSatisfy(file ->
                    assertThat(file.getParent()).isEqualTo(data.resolve("refused")));
        }
    }

    /** They were never looked at, and nobody was told. */
    @Test
    void rowsOfADestinationThatTheDatabaseDoesNotKnowAreTold() throws Exception {
        try (Receiver receiver = new Receiver(); OutboxProgram program = damaged(receiver,
                "update delivery_outbox set destination = 'lost'")) {
            program.enqueue(receiver.url("/"), "good", "{}");

            await().atMost(PATIENCE).until(() -> receiver.ids().contains("good"));
            assertThat(log.with("1 rows of the table delivery_outbox are never sent")).hasSize(1);
        }
    }

    /** The destination was said to be down, and nothing was sent to it any more. */
    @Test
    void aLargePayloadThatCantBeUnpackedIsNoFaultOfItsDestination() throws Exception {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data)
                .lookingEvery(Duration.ofMillis(100)).start()) {
            // a file is in the way of the folder
            Path refused = Files.writeString(data.resolve("refused"), "");
            program.enqueue(receiver.url("/"), "large", "x".repeat(2_000_000));
            await().atMost(PATIENCE).until(() -> program.health().contains("can't be brought out of the outbox"));
            List.of("1", "2", "3", "4").forEach(id -> program.enqueue(receiver.url("/"), id, "{}"));

            await().atMost(PATIENCE).until(() -> receiver.requests().size() == 4);
            assertThat(program.health()).doesNotContain("is down", "does not accept");
            await().atMost(PATIENCE).until(() -> program.jdbc().queryForObject("select max(attempts) from delivery_outbox",
                    Integer.class) > 1);
            assertThat(log.with("large.jpg can't be brought out of the outbox")).hasSize(1);

            Files.delete(refused);
            await().atMost(PATIENCE).until(() -> receiver.ids().contains("large") && program.waiting() == 0);
            assertThat(program.health()).isEmpty();
        }
    }

    /** A refusal that could not be filed was sent again to the receiver that had refused it, each minute. */
    @Test
    void whatIsToBeGivenUpAndCantBeFiledIsTriedAfterPauses() throws Exception {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data).start()) {
            receiver.answer(Receiver.Answer.status(422));
            Path refused = Files.writeString(data.resolve("refused"), "");
            program.enqueue(receiver.url("/"), "one", "{}");
            await().atMost(PATIENCE).until(() -> program.jdbc().queryForObject("select max(attempts) from delivery_outbox",
                    Integer.class) > 0);

            Files.delete(refused);
            await().atMost(PATIENCE).until(() -> program.waiting() == 0);
            assertThat(program.refused()).hasSize(1);
        }
    }
}
