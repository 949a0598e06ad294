package io.github.camelroboflow.app.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.RoutingTable;
import io.github.camelroboflow.app.fixture.ScriptedEngine;
import io.github.camelroboflow.app.fixture.WebhookServer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The meters of the shipped program's outbox. */
class OutboxMetersIT {

    @TempDir
    private Path data;

    private final MeterRegistry registry = new SimpleMeterRegistry();

    private double gauge(String name, String unit) {
        Gauge gauge = registry.get(name).gauge();
        assertThat(gauge.getId().getBaseUnit()).isEqualTo(unit);
        return gauge.value();
    }

    @Test
    void theNumberOfResultsAndTheAgeOfTheOldestFallToZeroWhenTheyAreSent() {
        RoutingTable table = new RoutingTable().when("*", "kamelet:webhook?url={{receiver}}/hook");
        try (WebhookServer receiver = new WebhookServer();
             WatchedFolder folder = new WatchedFolder(data).with(table)
                     .with(ScriptedEngine.finding(ScriptedEngine.at(1, 1, "gear"))).with(registry)
                     .with("receiver", receiver.address()).start()) {
            for (int i = 0; i < 3; i++) {
                folder.drop(new byte[] {1}, i + ".jpg");
            }
            await().until(() -> folder.files("done").size() == 3);

            assertThat(gauge("roboflow.outbox.messages", "messages")).isEqualTo(3);
            await().until(() -> gauge("roboflow.outbox.oldest", "seconds") > 0.1);

            receiver.start();
            await().until(() -> receiver.received().size() == 3 && gauge("roboflow.outbox.messages", "messages") == 0);
            assertThat(gauge("roboflow.outbox.oldest", "seconds")).isZero();
        }
        assertThat(registry.find("roboflow.outbox.messages").gauge()).isNull();
    }
}
