package io.github.camelroboflow.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.delivery.database.DeliveryDatabase;
import io.github.camelroboflow.delivery.disk.FileNames.HashedIds;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A receiver that always answers one result with an error, and accepts all others. */
class PoisonedPayloadIT {

    @TempDir
    Path data;

    @Test
    void aResultThatIsNeverAcceptedIsToldAndOthersAreSent() throws Exception {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data).start()) {
            receiver.answer((exchange, request) ->
                    exchange.sendResponseHeaders(request.deliveryId().equals("poison") ? 500 : 200, -1));
            program.enqueue(receiver.url("/"), "poison", "{}");
            await().until(() -> program.health().contains(
                    " does not accept the last results: the receiver answered with HTTP status 500"));

            program.enqueue(receiver.url("/"), "good", "{}");

            await().until(() -> receiver.ids().contains("good"));
            await().until(() -> program.waiting() == 1);
        }
    }

    /** The oldest row was tried first, which was the one that always fails. */
    @Test
    void whatWasNotTriedYetIsTriedFirst() throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            context.start();
            DeliveryDatabase database = OutboxProgram.database(context, "jdbc:h2:file:" + data.resolve("delivery"));
            OutboxTable table = new OutboxTable(database);
            table.add(message("poison"), 1000, 1000, 9000);
            String destinationId = HashedIds.destinationId("http://a");
            table.postpone(table.claimDue(destinationId, 1000, 1).get(0), 1000, 2000, 9000);
            table.add(message("untried"), 3000, 3000, 9000);

            assertThat(table.claimUntried(destinationId, 3000, 1)).extracting(row -> row.message().deliveryId())
                    .containsExactly("untried");
            assertThat(table.claimUntried(destinationId, 3000, 1)).extracting(row -> row.message().deliveryId())
                    .containsExactly("poison");
            assertThat(table.claimUntried(destinationId, 3000, 1)).isEmpty();
        }
    }

    private static OutboxMessage message(String id) {
        return new OutboxMessage("http://a", id, "", Payload.of(new byte[] {1}), false, Map.of(), Map.of(), "a.jpg");
    }
}
