package io.github.camelroboflow.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.Own;
import io.github.camelroboflow.delivery.database.DeliveryDatabase;
import io.github.camelroboflow.delivery.disk.FileNames.HashedIds;
import io.github.camelroboflow.delivery.outbox.OutboxMessage.OutboxRow;
import io.github.camelroboflow.delivery.outbox.OutboxProgram.SetClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Messages that are to be sent later, and change until then. */
class LaterMessagesIT {

    private static final String ID = HashedIds.destinationId("http://a");
    private static final long HOUR = Duration.ofHours(1).toMillis();

    @TempDir
    Path data;

    private final SetClock clock = new SetClock();

    private OutboxProgram start() {
        return new OutboxProgram(data).clock(clock).pollingEvery(Duration.ofMillis(50)).start();
    }

    private static Exchange message(OutboxProgram program, String destination, String text) {
        Exchange exchange = new DefaultExchange(program.context());
        exchange.setProperty(Outbox.DESTINATION, destination);
        exchange.getMessage().setHeader("CamelRoboflowDeliveryId", "later");
        exchange.getMessage().setBody(text);
        return exchange;
    }

    @Test
    void areNotSentBeforeAlsoAfterAnOutageAndARestartAndHaveTheirLastText() throws Exception {
        try (Receiver receiver = new Receiver()) {
            String destination = receiver.url("/");
            try (OutboxProgram program = start()) {
                program.outbox().enqueue(message(program, destination, "1"), clock.instant().plus(Duration.ofHours(1)));
                assertThat(program.outbox().change(message(program, destination, "2"), before -> before + "2")).isTrue();
                assertThat(program.oldest()).isZero();
                receiver.answer(Receiver.Answer.status(503));
                for (int i = 0; i < 5; i++) {
                    program.enqueue(destination, "id-" + i, "{}");
                }
                await().until(() -> !program.health().isEmpty());
                receiver.answer(Receiver.Answer.status(200));
                await().until(() -> program.waiting() == 1);
                assertThat(program.health()).isEmpty();
            }
            int before = receiver.requests().size();
            try (OutboxProgram program = start()) {
                program.enqueue(destination, "another", "{}");
                await().until(() -> receiver.requests().size() == before + 1 && program.waiting() == 1);

                clock.set(Duration.ofHours(1));
                await().until(() -> program.waiting() == 0);
                assertThat(new String(receiver.requests().get(before + 1).body(), StandardCharsets.UTF_8)).isEqualTo("12");
                assertThat(program.outbox().change(message(program, destination, "3"), text -> text + "3")).isFalse();
            }
        }
    }

    private static OutboxMessage stored(String text) {
        return new OutboxMessage("http://a", "later", "", Payload.of(text.getBytes(StandardCharsets.UTF_8)), true, Map.of(),
                Map.of(), "a.jpg");
    }

    private DeliveryDatabase database(CamelContext context) {
        context.start();
        // a busy machine may take long from the lock to the change
        return OutboxProgram.database(context, "jdbc:h2:file:" + data.resolve("delivery") + ";LOCK_TIMEOUT=600000");
    }

    /** A sender that had read its clock just before took it for one of a clock that was set back, and sent it at once. */
    @Test
    void areNotSentBeforeIfTheyWereAddedAfterTheSenderReadItsClock() throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            OutboxTable table = new OutboxTable(database(context));
            long added = 1_000_000_000L;
            table.add(stored("1"), added, added + HOUR, added + 9 * HOUR);

            assertThat(table.nextAttempt(ID, added - 1)).isEmpty();
            table.bringForward(ID, added - 1);
            assertThat(table.claimDue(ID, added + HOUR - 1, 1)).isEmpty();

            long setBack = added - HOUR - 1;
            assertThat(table.nextAttempt(ID, setBack)).contains(added + HOUR);
            table.bringForward(ID, setBack);
            assertThat(table.claimDue(ID, setBack, 1)).hasSize(1);
        }
    }

    /** The sender sent the earlier text, and deleted the row with what was added to it. */
    @Test
    void areSentWithTheirLastTextIfThatComesWhileASenderClaimsThem() throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            DeliveryDatabase database = database(context);
            OutboxTable table = new OutboxTable(database);
            table.add(stored("1"), 1000, 2000, 9000);
            JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
            FutureTask<List<OutboxRow>> claim = new FutureTask<>(() -> table.claimDue(ID, 2000, 1));
            new TransactionTemplate(new JdbcTransactionManager(database.dataSource())).executeWithoutResult(change -> {
                jdbc.queryForList("select id from delivery_outbox for update");
                Own.THREAD.execute(claim);
                await().until(() -> jdbc.queryForObject("select count(*) from information_schema.sessions"
                        + " where blocker_id is not null", Integer.class) == 1);
                assertThat(table.change(stored(""), before -> before + "2", 9000)).isTrue();
            });

            assertThat(claim.get()).isEmpty();
            assertThat(table.claimDue(ID, 2000, 1)).singleElement().satisfies(row ->
                    assertThat(row.message().payload().bytes()).asString(StandardCharsets.UTF_8).isEqualTo("12"));
            assertThat(table.change(stored(""), before -> before + "3", 9000)).isFalse();
        }
    }

    @Test
    void areTriedForAsLongAfterTheirLastChangeAsOthers() throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            OutboxTable table = new OutboxTable(database(context));
            table.add(stored("1"), 1000, 2000, 3000);
            table.change(stored(""), before -> before + "2", 4000);
            table.change(stored(""), before -> before + "3", 3500);

            assertThat(table.claimOverdue(ID, 4000, 1)).isEmpty();
            assertThat(table.claimOverdue(ID, 4001, 1)).hasSize(1);
        }
    }

    /** Each number is added to the message that waits, and begins another one if that is sent meanwhile. */
    @Test
    void loseNothingThatIsAddedWhileTheyAreSent() throws Exception {
        try (Receiver receiver = new Receiver(); OutboxProgram program = start()) {
            String destination = receiver.url("/");
            int message = 0;
            for (int i = 0; i < 300; i++) {
                String text = i + " ";
                Exchange next = message(program, destination, text);
                next.getMessage().setHeader("CamelRoboflowDeliveryId", "later-" + message);
                if (!program.outbox().change(next, before -> before + text)) {
                    message++;
                    next.getMessage().setHeader("CamelRoboflowDeliveryId", "later-" + message);
                    program.outbox().enqueue(next, clock.instant().plusMillis(i % 20));
                }
            }

            await().until(() -> program.waiting() == 0);
            assertThat(receiver.requests().stream().flatMap(request ->
                    Stream.of(new String(request.body(), StandardCharsets.UTF_8).split(" "))))
                            .containsAll(IntStream.range(0, 300).mapToObj(String::valueOf).toList());
        }
    }
}
