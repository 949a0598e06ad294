package io.github.camelroboflow.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.delivery.database.PostgresServer;
import io.github.camelroboflow.delivery.outbox.OutboxProgram.SetClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several machines share one database. */
class SharedDatabaseIT {

    private enum Kind {
        H2, POSTGRES
    }

    @TempDir
    Path data;
    private PostgresServer postgres;

    private String url(Kind kind) {
        if (kind == Kind.H2) {
            return "jdbc:h2:file:" + data.resolve("shared") + ";AUTO_SERVER=TRUE";
        }
        Assumptions.assumeTrue(PostgresServer.isInstalled(), "PostgreSQL is not installed");
        postgres = new PostgresServer();
        return postgres.url();
    }

    @AfterEach
    void stop() {
        if (postgres != null) {
            postgres.close();
        }
    }

    private OutboxProgram machine(String name, String url) throws Exception {
        return new OutboxProgram(Files.createDirectory(data.resolve(name))).database(url);
    }

    /** Waits until the server is up. */
    private static void awaitDatabase(OutboxProgram program) {
        await().ignoreExceptions().until(() -> program.waiting() == 0);
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsSentTwiceWhileAllLive(Kind kind) throws Exception {
        String url = url(kind);
        try (Receiver receiver = new Receiver(); OutboxProgram one = machine("one", url).start();
             OutboxProgram two = machine("two", url).start()) {
            awaitDatabase(one);
            awaitDatabase(two);
            receiver.answer((exchange, request) -> {
                LockSupport.parkNanos(2_000_000);
                exchange.sendResponseHeaders(200, -1);
            });

            List<Thread> sources = Stream.of(one, two).map(machine -> new Thread(() -> IntStream.range(0, 300).forEach(i ->
                    machine.enqueue(receiver.url("/" + i % 3), "id-" + (machine == one ? i : i + 200), "{}")))).toList();
            sources.forEach(Thread::start);
            for (Thread source : sources) {
                source.join();
            }

            await().until(() -> one.waiting() == 0);
            // one may have sent a message before the other added the same
            Set<String> both = Set.copyOf(IntStream.range(200, 300).mapToObj(i -> "id-" + i).toList());
            assertThat(receiver.ids().stream().filter(id -> !both.contains(id))).hasSize(400).doesNotHaveDuplicates();
            assertThat(Set.copyOf(receiver.ids())).hasSize(500);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatAMachineLeftIsSentByAnotherWhenItsClaimHasLapsed(Kind kind) throws Exception {
        String url = url(kind);
        try (Receiver receiver = new Receiver(); OutboxProgram dead = machine("dead", url)) {
            receiver.answer(Receiver.Answer.status(503));
            dead.start();
            awaitDatabase(dead);
            IntStream.range(0, 4).forEach(i -> dead.enqueue(receiver.url("/"), "id-" + i, "{}"));
            dead.outbox().stop();
            // like a row that a machine was sending when it died a moment ago, or one whose clock was far ahead
            dead.jdbc().update("update delivery_outbox set claimed_by = 'dead/1', next_attempt = 0, claimed_until = case"
                    + " when delivery_id = 'id-0' then 9000000000000 else"
                    + " cast(extract(epoch from current_timestamp) * 1000 as bigint) + 2000 end");
            int before = receiver.requests().size();
            receiver.answer(Receiver.Answer.status(200));

            try (OutboxProgram alive = machine("alive", url).start()) {
                await().until(() -> alive.waiting() == 0);
            }
            assertThat(receiver.ids().subList(before, receiver.ids().size())).containsExactlyInAnyOrder("id-0", "id-1", "id-2",
                    "id-3");
        }
    }

    private static Exchange later(OutboxProgram machine, String destination, String text) {
        Exchange exchange = new DefaultExchange(machine.context());
        exchange.setProperty(Outbox.DESTINATION, destination);
        exchange.getMessage().setHeader("CamelRoboflowDeliveryId", "later");
        exchange.getMessage().setBody(text);
        return exchange;
    }

    @ParameterizedTest
    @EnumSource
    void aMessageForLaterThatAMachineHasChangedIsSentByAnotherWithItsLastText(Kind kind) throws Exception {
        String url = url(kind);
        SetClock anHourLater = new SetClock();
        anHourLater.set(Duration.ofHours(1));
        try (Receiver receiver = new Receiver(); OutboxProgram one = machine("one", url).start()) {
            awaitDatabase(one);
            one.outbox().enqueue(later(one, receiver.url("/"), "1"), anHourLater.instant());
            assertThat(one.outbox().change(later(one, receiver.url("/"), ""), before -> before + "2")).isTrue();

            try (OutboxProgram two = machine("two", url).clock(anHourLater).start()) {
                await().until(() -> two.waiting() == 0);
            }
            assertThat(receiver.requests()).singleElement().satisfies(request ->
                    assertThat(request.body()).asString(StandardCharsets.UTF_8).isEqualTo("12"));
        }
    }
}
