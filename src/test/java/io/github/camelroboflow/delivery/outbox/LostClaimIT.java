package io.github.camelroboflow.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.LogLines;
import io.github.camelroboflow.delivery.database.DeliveryDatabase;
import io.github.camelroboflow.delivery.disk.FileNames.HashedIds;
import io.github.camelroboflow.delivery.outbox.OutboxMessage.OutboxRow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A program stood still for longer than its claims last, and another program has its rows. */
class LostClaimIT {

    private static final String LAPSED = "update delivery_outbox set claimed_until = 1";

    @RegisterExtension
    final LogLines log = new LogLines();

    @TempDir
    Path data;

    /** The first program renewed, released, postponed and deleted rows that the other was sending. */
    @Test
    void onlyWhoHoldsARowChangesIt() throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            context.start();
            DeliveryDatabase database = OutboxProgram.database(context, "jdbc:h2:file:" + data.resolve("delivery"));
            OutboxTable one = new OutboxTable(database);
            OutboxTable two = new OutboxTable(database);
            one.add(new OutboxMessage("http://a", "id", "", Payload.of(new byte[] {1}), false, Map.of(), Map.of(), "a.jpg"), 1000,
                    1000, 9000);
            String destinationId = HashedIds.destinationId("http://a");
            OutboxRow before = one.claimDue(destinationId, 1000, 1).get(0);
            database.execute(jdbc -> jdbc.update(LAPSED));
            OutboxRow now = two.claimDue(destinationId, 1000, 1).get(0);

            assertThat(one.renew(before)).isFalse();
            one.release(List.of(before));
            assertThat(one.postpone(before, 1000, 1000, 9000)).isFalse();
            assertThat(one.delete(before)).isFalse();
            assertThat(one.claimDue(destinationId, 1000, 1)).isEmpty();
            database.execute(jdbc -> jdbc.update(LAPSED));
            one.renew(List.of(before));
            assertThat(one.claimDue(destinationId, 1000, 1)).extracting(OutboxRow::attempts).containsExactly(0);
            assertThat(two.delete(now)).isFalse();
            assertThat(one.count()).isEqualTo(1);
        }
    }

    @Test
    void whatASenderWithoutItsClaimWasToldDoesNotCountAndIsSaid() throws Exception {
        String url = "jdbc:h2:file:" + data.resolve("shared") + ";AUTO_SERVER=TRUE";
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(1);
        AtomicInteger count = new AtomicInteger();
        try (Receiver receiver = new Receiver(); OutboxProgram one = new OutboxProgram(Files.createDirectory(data.resolve("one")))
                .database(url).start(); OutboxProgram two = new OutboxProgram(Files.createDirectory(data.resolve("two")))
                        .database(url).pollingEvery(Duration.ofMillis(100))) {
            receiver.answer((exchange, request) -> {
                boolean isFirst = count.getAndIncrement() == 0;
                Receiver.Answer.held(isFirst ? first : second, isFirst ? 422 : 200).to(exchange, request);
            });
            one.enqueue(receiver.url("/"), "id", "{}");
            await().until(() -> receiver.requests().size() == 1);
            one.jdbc().update(LAPSED);
            two.start();
            two.outbox().use();
            await().until(() -> receiver.requests().size() == 2);

            first.countDown();

            await().until(() -> log.with("The claim on the result of line 1/id.jpg").size() == 1);
            assertThat(one.refused()).isEmpty();
            assertThat(one.waiting()).isEqualTo(1);
            second.countDown();
            await().until(() -> two.waiting() == 0);
            assertThat(receiver.ids()).containsExactly("id", "id");
        }
    }
}
