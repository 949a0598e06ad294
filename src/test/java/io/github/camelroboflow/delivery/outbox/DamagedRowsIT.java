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

/** Rows that can't be read or sent: each counts for itself, and the good row beside it is sent. */
class DamagedRowsIT {

    @RegisterExtension
    final LogLines log = new LogLines();

    @TempDir
    Path data;

    /** Creates rows that wait while the receiver is down, changes them in the database, and adds one more. */
    private OutboxProgram damaged(Receiver receiver, String change) {
        return damaged(receiver, change, 200);
    }

    /** @param answer the answer from then on */
    private OutboxProgram damaged(Receiver receiver, String change, int answer) {
        try (OutboxProgram before = new OutboxProgram(data).start()) {
            receiver.answer(Receiver.Answer.status(503));
            before.enqueue(receiver.url("/"), "bad", "{}");
            await().until(() -> !receiver.requests().isEmpty());
            before.outbox().stop();
            before.jdbc().update("update delivery_outbox set next_attempt = 0");
            before.jdbc().update(change);
        }
        receiver.answer(Receiver.Answer.status(answer));
        return new OutboxProgram(data).pollingEvery(Duration.ofMillis(100)).start();
    }

    /** One such row stopped the whole destination. */
    @ParameterizedTest
    @ValueSource(strings = {"no json", "null", "[1]", "{\"a\": null}", "{\"a\": {\"b\": 1}}", ""})
    void aRowWhoseHeadersCantBeReadIsGivenUpAndOthersAreSent(String headers) throws Exception {
        try (Receiver receiver = new Receiver(); OutboxProgram program = damaged(receiver,
                "update delivery_outbox set headers = '" + headers + "'")) {
            program.enqueue(receiver.url("/"), "good", "{}");

            await().until(() -> receiver.ids().contains("good") && program.waiting() == 0);
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
             OutboxProgram program = damaged(receiver, "update delivery_outbox set " + change, 422)) {
            program.enqueue(receiver.url("/"), "good", "{}");

            await().until(() -> receiver.ids().contains("good") && program.waiting() == 0);
            assertThat(program.refused()).hasSize(2).allSatisfy(file ->
                    assertThat(file.getParent()).isEqualTo(data.resolve("refused")));
        }
    }

    /** They were never sent, and nothing was logged. */
    @Test
    void rowsOfADestinationThatTheDatabaseDoesNotKnowAreTold() throws Exception {
        try (Receiver receiver = new Receiver(); OutboxProgram program = damaged(receiver,
                "update delivery_outbox set destination = 'lost'")) {
            program.enqueue(receiver.url("/"), "good", "{}");

            await().until(() -> receiver.ids().contains("good"));
            assertThat(log.with("1 rows of the table delivery_outbox can't be sent")).hasSize(1);
        }
    }

    /** The destination counted as down, and nothing was sent to it any more. */
    @Test
    void aLargePayloadThatCantBeUnpackedIsNoFaultOfItsDestination() throws Exception {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data)
                .pollingEvery(Duration.ofMillis(100)).start()) {
            // a file has the name of the folder
            Path refused = Files.writeString(data.resolve("refused"), "");
            program.enqueue(receiver.url("/"), "large", "x".repeat(2_000_000));
            await().until(() -> program.health().contains("can't be brought out of the outbox"));
            List.of("1", "2", "3", "4").forEach(id -> program.enqueue(receiver.url("/"), id, "{}"));

            await().until(() -> receiver.requests().size() == 4);
            assertThat(program.health()).doesNotContain("is down", "does not accept");
            await().until(() -> program.jdbc().queryForObject("select max(attempts) from delivery_outbox",
                    Integer.class) > 1);
            assertThat(log.with("large.jpg can't be brought out of the outbox")).hasSize(1);

            Files.delete(refused);
            await().until(() -> receiver.ids().contains("large") && program.waiting() == 0);
            assertThat(program.health()).isEmpty();
        }
    }

    /** A rejected message whose file could not be written was sent again to the receiver each minute. */
    @Test
    void whatIsToBeGivenUpAndCantBeFiledIsTriedAfterPauses() throws Exception {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data).start()) {
            receiver.answer(Receiver.Answer.status(422));
            Path refused = Files.writeString(data.resolve("refused"), "");
            program.enqueue(receiver.url("/"), "one", "{}");
            await().until(() -> program.jdbc().queryForObject("select max(attempts) from delivery_outbox",
                    Integer.class) > 0);

            Files.delete(refused);
            await().until(() -> program.waiting() == 0);
            assertThat(program.refused()).hasSize(1);
        }
    }
}
