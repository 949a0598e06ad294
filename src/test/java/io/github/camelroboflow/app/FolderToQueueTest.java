package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.jms.Connection;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.broker.BrokerService;
import org.apache.camel.health.HealthCheckRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped route to queues, against a broker. */
class FolderToQueueTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path data;
    private final String address = "tcp://127.0.0.1:" + Ports.free();
    private BrokerService broker;

    private void startBroker() throws Exception {
        broker = new BrokerService();
        broker.setBrokerName("test" + address.replaceAll("\\D", ""));
        broker.setPersistent(false);
        broker.setUseJmx(false);
        broker.setUseShutdownHook(false);
        broker.addConnector(address);
        broker.start();
    }

    @AfterEach
    void stopBroker() throws Exception {
        if (broker != null) {
            broker.stop();
        }
    }

    private WatchedFolder start() {
        return new WatchedFolder(data).with("routes", "folder-to-queue").with("queue.broker", address).start();
    }

    private List<TextMessage> messages(String queue) throws Exception {
        try (Connection connection = new ActiveMQConnectionFactory(address).createConnection();
             Session session = connection.createSession()) {
            connection.start();
            Queue destination = session.createQueue(queue);
            try (QueueBrowser browser = session.createBrowser(destination)) {
                return Collections.list((Enumeration<?>) browser.getEnumeration()).stream().map(TextMessage.class::cast).toList();
            }
        }
    }

    @Test
    void sendsResultsToTheQueuesOfTheirClasses() throws Exception {
        startBroker();
        try (WatchedFolder folder = start()) {
            folder.drop("scratched-plate.png", "line 1/scratched-plate.png");
            folder.drop("bolts.jpg", "bolts.jpg");
            folder.drop("gears.jpg", "gears.jpg");
            folder.drop("empty belt.jpg", "empty belt.jpg");
            folder.drop("Dear customer".getBytes(), "letter.jpg");

            await().atMost(PATIENCE).until(() -> folder.files("done").size() == 4 && folder.files("failed").size() == 2);

            assertThat(messages("detections.fasteners")).hasSize(1);
            assertThat(messages("detections.gears")).hasSize(1);
            assertThat(messages("detections.nothing-found")).hasSize(1);
            assertThat(messages("detections")).isEmpty();
            List<TextMessage> scratches = messages("detections.scratches");
            assertThat(scratches).hasSize(1);
            TextMessage message = scratches.get(0);
            assertThat(new ObjectMapper().readTree(message.getText()).path("predictions").findValuesAsText("class"))
                    .contains("scratch");
            assertThat(message.getStringProperty("image")).isEqualTo("line 1/scratched-plate.png");
            assertThat(message.getStringProperty("deliveryId")).matches("[0-9a-f]{64}");
        }
    }

    @Test
    void imagesStayInTheInboxUntilTheBrokerIsThere() throws Exception {
        try (WatchedFolder folder = start()) {
            IntStream.range(0, 20).forEach(i -> folder.drop("gears.jpg", i + ".jpg"));
            await().atMost(PATIENCE).until(() -> WatchFolderTest.isSuspended(folder, "folder-to-queue"));
            await().atMost(PATIENCE).until(() -> folder.files("inbox").size() == 20);
            assertThat(folder.files("done")).isEmpty();
            assertThat(HealthCheckRegistry.get(folder.context()).getCheck("outage:folder-to-queue").orElseThrow().callReadiness()
                    .getMessage().orElseThrow()).contains(address);
            assertThat(folder.files("failed")).isEmpty();

            startBroker();

            await().atMost(PATIENCE).until(() -> folder.files("done").size() == 20);
            assertThat(folder.files("failed")).isEmpty();
            assertThat(messages("detections.gears")).hasSize(20);
        }
    }
}
