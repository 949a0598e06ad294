package io.github.camelroboflow.app.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.AwsCredentials;
import io.github.camelroboflow.app.fixture.Broker;
import io.github.camelroboflow.app.fixture.KafkaServer;
import io.github.camelroboflow.app.fixture.RoutingTable;
import io.github.camelroboflow.app.fixture.ScriptedEngine;
import io.github.camelroboflow.app.fixture.SqsServer;
import io.github.camelroboflow.inference.Detection;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.health.HealthCheckRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Shows that a refusal for good is told as such, with the service's words and what to do, and holds up nothing else. */
@ExtendWith(AwsCredentials.class)
class RefusedByServiceIT {

    @TempDir
    Path data;

    private WatchedFolder program(String destination, int most) {
        Detection[] many = IntStream.range(0, most).mapToObj(i -> ScriptedEngine.at(i, i, "gear")).toArray(Detection[]::new);
        return new WatchedFolder(data).with(new RoutingTable().when("gear", destination))
                .with(ScriptedEngine.finding(image -> image.name().contains("large") ? List.of(many)
                        : List.of(ScriptedEngine.at(1, 1, "gear"))));
    }

    private void assertThatOnlyTheLargeOneFails(WatchedFolder folder, String... words) {
        IntStream.range(0, 5).forEach(i -> folder.drop(new byte[] {1, (byte) i}, "a" + i + ".jpg"));
        folder.drop(new byte[] {1}, "large.jpg");
        IntStream.range(0, 5).forEach(i -> folder.drop(new byte[] {2, (byte) i}, "z" + i + ".jpg"));

        await().until(() -> folder.files("failed").contains("large.jpg") && folder.files("done").size() == 10);
        assertThat(folder.read("failed/large.jpg.error.json")).contains(words).contains("\"attempts\" : 1");
        assertThat(HealthCheckRegistry.get(folder.context()).getCheck("outbox").orElseThrow().callReadiness().getMessage()
                .orElse("")).isEmpty();
    }

    /** It was tried for a day, the others' messages failed beside it, and the line asked whether the broker was up. */
    @Test
    void aResultThatIsLargerThanAFrameOfTheBrokerFailsItsImageAtOnceAndStopsNoOther() throws Exception {
        try (Broker broker = Broker.activeMq("?wireFormat.maxFrameSize=3000").start();
             WatchedFolder folder = program("kamelet:queue?name=gears", 100).with("queue.broker", broker.address()).start()) {
            assertThatOnlyTheLargeOneFails(folder, "larger than max allowed", "raise wireFormat.maxFrameSize");
            assertThat(broker.messages("gears")).hasSize(10);
        }
    }

    @Test
    void aResultThatIsTooLargeForSqsFailsItsImageAtOnceAndStopsNoOther() throws Exception {
        try (SqsServer sqs = new SqsServer(data).start();
             WatchedFolder folder = program("kamelet:sqs?queue=gears", 20_000).with("sqs.queues", sqs.queues())
                     .with("sqs.overrideEndpoint", "true").with("sqs.endpoint", sqs.address()).start()) {
            sqs.client().createQueue(request -> request.queueName("gears"));
            assertThatOnlyTheLargeOneFails(folder, "send such results to a folder");
            assertThat(sqs.receive("gears")).hasSize(10);
        }
    }

    /** No record had a key, none arrived, and the line asked where the brokers are. */
    @Test
    void aTopicThatKeepsTheLastOfEachKeyGetsRecordsWithKeys() throws Exception {
        try (KafkaServer kafka = new KafkaServer(data).start();
             WatchedFolder folder = new WatchedFolder(data).with(new RoutingTable().when("gear", "kamelet:kafka?topic=gears",
                     "kamelet:kafka?topic=names&key=image", "kamelet:kafka?topic=plain&key=none"))
                     .with(ScriptedEngine.finding(ScriptedEngine.at(1, 1, "gear"))).with("kafka.brokers", kafka.address())
                     .start()) {
            kafka.createTopic("gears", Map.of("cleanup.policy", "compact"));
            kafka.createTopic("names", Map.of("cleanup.policy", "compact"));
            kafka.createTopic("plain");
            folder.drop(new byte[] {1}, "line 1/a.jpg");

            await().until(() -> folder.files("done").size() == 1);
            await().until(() -> Stream.of("gears", "names", "plain").noneMatch(topic -> kafka.records(topic).isEmpty()));
            assertThat(kafka.records("gears").get(0).key()).matches("[0-9a-f]{64}")
                    .isEqualTo(new String(kafka.records("gears").get(0).headers().lastHeader("deliveryId").value()));
            assertThat(kafka.records("names").get(0).key()).isEqualTo("line 1/a.jpg");
            assertThat(kafka.records("plain").get(0).key()).isNull();
        }
    }

    @Test
    void aRecordThatATopicWillNeverTakeIsToldWithTheBrokersReason() throws Exception {
        try (KafkaServer kafka = new KafkaServer(data).start();
             WatchedFolder folder = new WatchedFolder(data)
                     .with(new RoutingTable().when("gear", "kamelet:kafka?topic=gears&key=none"))
                     .with(ScriptedEngine.finding(ScriptedEngine.at(1, 1, "gear"))).with("kafka.brokers", kafka.address())
                     .start()) {
            kafka.createTopic("gears", Map.of("cleanup.policy", "compact"));
            folder.drop(new byte[] {1}, "a.jpg");

            await().until(() -> folder.files("failed").contains("a.jpg"));
            assertThat(folder.read("failed/a.jpg.error.json")).contains("Compacted topic cannot accept message without key",
                    "the key of kamelet:kafka").doesNotContain("are its brokers");
        }
    }

    @Test
    void aQueueOfSqsThatKeepsTheOrderGetsMessages() throws Exception {
        try (SqsServer sqs = new SqsServer(data).start();
             WatchedFolder folder = program("kamelet:sqs?queue=gears.fifo", 1).with("sqs.queues", sqs.queues())
                     .with("sqs.overrideEndpoint", "true").with("sqs.endpoint", sqs.address()).start()) {
            sqs.client().createQueue(request -> request.queueName("gears.fifo")
                    .attributesWithStrings(Map.of("FifoQueue", "true")));
            folder.drop(new byte[] {1}, "a.jpg");

            await().until(() -> folder.files("done").size() == 1);
            assertThat(sqs.receive("gears.fifo")).hasSize(1);
        }
    }
}
