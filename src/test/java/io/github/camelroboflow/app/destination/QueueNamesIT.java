package io.github.camelroboflow.app.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.Broker;
import io.github.camelroboflow.app.fixture.RoutingTable;
import io.github.camelroboflow.app.fixture.ScriptedEngine;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A queue's name arrives as it is written, or stops the start. */
class QueueNamesIT {

    private static final String[] NAMES = {"/queues/alerts", "a/b//c/", "two words", "a.b-c_d", "ä", "a~2Fb", "a=b;c:d", "a%2Fb",
            "a+b", "a&b=c"};

    @TempDir
    Path data;

    /** Without its slash, it was another queue, and with RabbitMQ none at all. */
    @Test
    void aBrokerWithAmqpGetsThemAsTheyAre() throws Exception {
        assertThatAllArrive(Broker.artemis(data), "c,d", "c+d", "c%2Fd");
    }

    @Test
    void activeMqGetsThemAsTheyAre() throws Exception {
        assertThatAllArrive(Broker.activeMq(), "c d", "c%2Fd", "/c/d");
    }

    private void assertThatAllArrive(Broker broker, String... more) throws Exception {
        RoutingTable table = new RoutingTable();
        for (String name : NAMES) {
            table.whenAt("gear", "queue", "name", "RAW(" + name + ")");
        }
        for (String name : more) {
            table.whenAt("gear", "queue", "name", name);
        }
        try (broker; WatchedFolder folder = new WatchedFolder(data).with(table)
                .with(ScriptedEngine.finding(ScriptedEngine.at(1, 1, "gear"))).with("queue.broker", broker.start().address())
                .start()) {
            folder.drop(new byte[] {1}, "a.jpg");
            await().until(() -> folder.files("done").size() == 1);

            for (String name : NAMES) {
                assertThat(broker.messages(name)).as(name).hasSize(1);
            }
            for (String name : more) {
                assertThat(broker.messages(name)).as(name).hasSize(1);
            }
        }
    }

    @Test
    void anAmpersandThatEndsTheNameStopsTheStartAndSaysHowToWriteIt() {
        WatchedFolder folder = new WatchedFolder(data).with(new RoutingTable().whenAt("gear", "queue", "name", "a&b"))
                .with(ScriptedEngine.finding(ScriptedEngine.at(1, 1, "gear")));
        assertThatThrownBy(folder::start).hasStackTraceContaining("write RAW(...) around that");
        folder.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a?consumer.priority=1", "a,b", "a.>", "topic://a"})
    void whatActiveMqWouldTakeForSomethingElseStopsTheStart(String name) {
        WatchedFolder folder = new WatchedFolder(data).with(new RoutingTable().whenAt("gear", "queue", "name", "RAW(" + name + ")"))
                .with(ScriptedEngine.finding(ScriptedEngine.at(1, 1, "gear")));
        assertThatThrownBy(folder::start).hasStackTraceContaining("kamelet:queue name=" + name);
        folder.close();
    }
}
