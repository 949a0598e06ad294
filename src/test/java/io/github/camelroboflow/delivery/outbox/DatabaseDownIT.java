package io.github.camelroboflow.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.fixture.FreePorts;
import io.github.camelroboflow.delivery.disk.Disk.Durability;
import io.github.camelroboflow.delivery.failure.FailureClassifier;
import io.github.camelroboflow.delivery.folder.InboxStrategy;
import io.github.camelroboflow.delivery.folder.InboxStrategy.InboxSettings;
import io.github.camelroboflow.delivery.route.OutageRoutePolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.camel.builder.RouteBuilder;
import org.h2.tools.Server;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database server is down, and then up. */
class DatabaseDownIT {

    @TempDir
    Path data;
    private final int port = FreePorts.free();

    private Server startServer() throws Exception {
        return Server.createTcpServer("-tcpPort", String.valueOf(port), "-ifNotExists").start();
    }

    private OutboxProgram program() {
        return new OutboxProgram(data).database("jdbc:h2:tcp://127.0.0.1:" + port + "/" + data.resolve("remote")
                + ";USER=me;PASSWORD=s3cret");
    }

    private RouteBuilder watchingInbox(OutboxProgram program, String destination) {
        InboxStrategy inbox = new InboxStrategy(new InboxSettings(data.resolve("inbox"), data.resolve("work"), data.resolve("done"),
                data.resolve("failed"), "", Duration.ZERO, 3, Durability.POWER));
        program.context().getRegistry().bind("inbox", inbox);
        OutageRoutePolicy suspend = new OutageRoutePolicy(Duration.ofMillis(200), Duration.ofMillis(200));
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("file:" + data.resolve("inbox") + "?processStrategy=#inbox&initialDelay=0&delay=50").routePolicy(suspend)
                        .setHeader("to", constant(destination)).setHeader("Delivery-Id", header("CamelFileName"))
                        .to("direct:enqueue");
            }
        };
    }

    @Test
    void imagesStayInTheInboxUntilTheDatabaseIsThere() throws Exception {
        try (Receiver receiver = new Receiver(); OutboxProgram program = program()) {
            program.context().addRoutes(watchingInbox(program, receiver.url("/")));
            Files.createDirectories(data.resolve("inbox"));
            for (int i = 0; i < 5; i++) {
                Files.writeString(data.resolve("inbox/" + i + ".jpg"), "an image");
            }
            program.start();
            await().until(() -> program.health().contains("remote can't be used"));
            assertThat(program.health()).doesNotContain("s3cret");
            assertThat(data.resolve("failed")).isEmptyDirectory();
            assertThat(data.resolve("done")).isEmptyDirectory();

            Server server = startServer();
            try {
                await().until(() -> data.resolve("done").toFile().list().length == 5);
                await().until(() -> receiver.requests().size() == 5);
                assertThat(data.resolve("failed")).isEmptyDirectory();
                await().until(() -> program.health().isEmpty());
            } finally {
                program.close();
                server.stop();
            }
        }
    }

    @Test
    void aDatabaseThatGoesAwayAndComesBackLosesNothing() throws Exception {
        Server server = startServer();
        try (Receiver receiver = new Receiver(); OutboxProgram program = program()) {
            program.retryAfter(Duration.ofSeconds(2), Duration.ofSeconds(2)).start();
            receiver.answer(Receiver.Answer.status(503));
            await().ignoreExceptions().untilAsserted(() -> program.enqueue(receiver.url("/"), "one", "{}"));
            // mostly between two attempts
            await().until(() -> program.jdbc().queryForObject("select attempts from delivery_outbox", Long.class) > 0);

            server.stop();
            assertThatThrownBy(() -> program.enqueue(receiver.url("/"), "two", "{}"))
                    .satisfies(error -> assertThat(FailureClassifier.outage(error)).isPresent());
            receiver.answer(Receiver.Answer.status(200));
            server = startServer();

            await().ignoreExceptions().untilAsserted(() -> program.enqueue(receiver.url("/"), "two", "{}"));
            await().ignoreExceptions().until(() -> program.waiting() == 0);
            assertThat(receiver.ids()).contains("one", "two");
            program.close();
        } finally {
            server.stop();
        }
    }

    @Test
    void anAddressForWhichThereIsNoDriverStopsTheStart() {
        OutboxProgram program = new OutboxProgram(data).database("jdbc:oracle:thin:me/s3cret@host:1521/db");

        assertThatThrownBy(program::start).hasStackTraceContaining("there is no JDBC driver for it here")
                .satisfies(error -> assertThat(error.toString()).doesNotContain("s3cret"));
    }
}
