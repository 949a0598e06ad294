package io.github.camelroboflow.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.delivery.database.DeliveryDatabase;
import io.github.camelroboflow.delivery.disk.FileNames.HashedIds;
import io.github.camelroboflow.delivery.outbox.OutboxMessage.OutboxRow;
import io.github.camelroboflow.delivery.outbox.Payload.UnpackedMessage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackedMessageIT {

    private static final String DESTINATION = "file:out";

    @TempDir
    Path data;

    private OutboxRow large(CamelContext context, String database, int content) {
        DeliveryDatabase opened = OutboxProgram.database(context, "jdbc:h2:file:" + data.resolve(database));
        OutboxTable table = new OutboxTable(opened);
        byte[] payload = new byte[1_500_000];
        Arrays.fill(payload, (byte) content);
        table.add(new OutboxMessage(DESTINATION, "id", "", Payload.of(payload), false, Map.of(), Map.of(), "a.jpg"), 1000,
                1000, 9000);
        return table.claimDue(HashedIds.destinationId(DESTINATION), 1000, 1).get(0);
    }

    /** Rows of two databases have the same ids, and one program sent the payload that the other had unpacked. */
    @Test
    void programsWithDatabasesOfTheirOwnAndOneFolderDontSendEachOthersPayloads() throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            context.start();
            OutboxRow ofOne = large(context, "one", 1);
            OutboxRow ofTwo = large(context, "two", 2);

            try (UnpackedMessage one = UnpackedMessage.of(ofOne.message(), data.resolve("refused"))) {
                try (UnpackedMessage two = UnpackedMessage.of(ofTwo.message(), data.resolve("refused"))) {
                    assertThat(one.message().payload().bytes()).containsOnly(1);
                    assertThat(two.message().payload().bytes()).containsOnly(2);
                }
                assertThat(one.message().payload().bytes()).hasSize(1_500_000);
            }
            assertThat(data.resolve("refused")).isEmptyDirectory();
        }
    }
}
