package io.github.camelroboflow.app.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.AwsCredentials;
import io.github.camelroboflow.app.fixture.AzuriteServer;
import io.github.camelroboflow.app.fixture.Broker;
import io.github.camelroboflow.app.fixture.BucketServer;
import io.github.camelroboflow.app.fixture.KafkaServer;
import io.github.camelroboflow.app.fixture.RoutingTable;
import io.github.camelroboflow.app.fixture.S3Server;
import io.github.camelroboflow.app.fixture.ScriptedEngine;
import io.github.camelroboflow.app.fixture.SqsServer;
import io.github.camelroboflow.app.fixture.WebhookServer;
import io.github.camelroboflow.inference.Detection;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.sqs.model.Message;

/** Each destination that a table of classes may name, against a server of its kind. */
@ExtendWith(AwsCredentials.class)
class DestinationsIT {

    @TempDir
    Path data;

    private WatchedFolder program(RoutingTable table) {
        return new WatchedFolder(data).with(table);
    }

    private void dropAndAwait(WatchedFolder folder) {
        folder.drop("gears.jpg", "line 1/gears.jpg");
        await().until(() -> folder.files("done").equals(List.of("line 1/gears.jpg")));
        assertThat(folder.files("failed")).isEmpty();
    }

    private static void assertGear(String json) throws Exception {
        assertThat(new ObjectMapper().readTree(json).at("/predictions/0/class").textValue()).isEqualTo("gear");
    }

    @ParameterizedTest
    @ValueSource(strings = {"OpenWire", "AMQP"})
    void aQueueGetsTextWithTheIdsAsProperties(String protocol) throws Exception {
        try (Broker broker = (protocol.equals("AMQP") ? Broker.artemis(data) : Broker.activeMq()).start();
             WatchedFolder folder = program(new RoutingTable().when("gear", "kamelet:queue?name=gears"))
                     .with("queue.broker", broker.address()).start()) {
            dropAndAwait(folder);

            assertThat(broker.messages("gears")).hasSize(1);
            TextMessage message = broker.messages("gears").get(0);
            assertGear(message.getText());
            assertThat(message.getStringProperty("image")).isEqualTo("line 1/gears.jpg");
            assertThat(message.getStringProperty("source")).isEqualTo("file:" + data.resolve("inbox"));
            assertThat(message.getStringProperty("model")).isEqualTo("parts-detect/1");
            assertThat(message.getStringProperty("deliveryId")).matches("[0-9a-f]{64}")
                    .isNotEqualTo(message.getStringProperty("resultKey"));
        }
    }

    @Test
    void aTopicOfKafkaGetsTextWithTheIdsAsHeaders() throws Exception {
        try (KafkaServer kafka = new KafkaServer(data).start();
             WatchedFolder folder = program(new RoutingTable().when("gear", "kamelet:kafka?topic=gears"))
                     .with("kafka.brokers", kafka.address()).start()) {
            kafka.createTopic("gears");
            dropAndAwait(folder);

            assertThat(kafka.records("gears")).hasSize(1);
            ConsumerRecord<String, String> message = kafka.records("gears").get(0);
            assertGear(message.value());
            Map<String, String> headers = Arrays.stream(message.headers().toArray())
                    .collect(Collectors.toMap(header -> header.key(),
                            header -> new String(header.value(), StandardCharsets.UTF_8)));
            assertThat(headers).containsOnlyKeys("deliveryId", "resultKey", "model", "image", "source")
                    .containsEntry("image", "line 1/gears.jpg");
        }
    }

    /** It passed for an outage, so the topic stopped for it again and again, and the result waited for a day to be given up. */
    @Test
    void aResultThatIsTooLargeForATopicFailsItsImageAndStopsNoOther() throws Exception {
        Detection[] many = IntStream.range(0, 20_000).mapToObj(i -> ScriptedEngine.at(i, i, "gear")).toArray(Detection[]::new);
        try (KafkaServer kafka = new KafkaServer(data).start();
             WatchedFolder folder = program(new RoutingTable().when("gear", "kamelet:kafka?topic=gears"))
                     .with("kafka.brokers", kafka.address())
                     .with(ScriptedEngine.finding(image -> image.name().contains("large") ? List.of(many)
                             : List.of(ScriptedEngine.at(1, 1, "gear")))).start()) {
            kafka.createTopic("gears");
            folder.drop(new byte[] {1}, "large.jpg");
            await().until(() -> folder.files("failed").contains("large.jpg"));
            folder.drop(new byte[] {1, 2}, "small.jpg");
            await().until(() -> folder.files("done").equals(List.of("small.jpg")));

            assertThat(kafka.records("gears")).hasSize(1);
            assertThat(folder.read("failed/large.jpg.error.json")).contains("RecordTooLargeException", "maxRequestSize");
        }
    }

    @Test
    void aQueueOfSqsGetsTextWithTheIdsAsAttributes() throws Exception {
        try (SqsServer sqs = new SqsServer(data).start();
             WatchedFolder folder = program(new RoutingTable().when("gear", "kamelet:sqs?queue=gears"))
                     .with("sqs.queues", sqs.queues())
                     .with("sqs.overrideEndpoint", "true").with("sqs.endpoint", sqs.address()).start()) {
            sqs.client().createQueue(request -> request.queueName("gears"));
            dropAndAwait(folder);

            List<Message> messages = sqs.receive("gears");
            assertThat(messages).hasSize(1);
            assertGear(messages.get(0).body());
            assertThat(messages.get(0).messageAttributes()).containsOnlyKeys("deliveryId", "resultKey", "model", "image", "source");
            assertThat(messages.get(0).messageAttributes().get("image").stringValue()).isEqualTo("line 1/gears.jpg");
        }
    }

    @Test
    void aBucketGetsTheResultAndCopiesOfTheImage() throws Exception {
        try (S3Server s3 = new S3Server(data).start();
             WatchedFolder folder = program(
                     new RoutingTable().when("gear", "kamelet:s3?bucket=results&prefix=gears/&image=true&annotated=true"))
                             .with("s3.overrideEndpoint", "true").with("s3.endpoint", s3.address())
                             .with("s3.forcePathStyle", "true").start()) {
            s3.client().createBucket(request -> request.bucket("results"));
            dropAndAwait(folder);

            assertThat(s3.keys("results")).containsExactly("gears/line 1/gears.jpg", "gears/line 1/gears.jpg.annotated.jpg",
                    "gears/line 1/gears.jpg.json");
            assertGear(s3.read("results", "gears/line 1/gears.jpg.json"));
            assertThat(s3.client().headObject(request -> request.bucket("results").key("gears/line 1/gears.jpg.json"))
                    .contentType())
                    .isEqualTo("application/json");
            assertThat(s3.client().getObjectAsBytes(request -> request.bucket("results").key("gears/line 1/gears.jpg"))
                    .asByteArray())
                    .isEqualTo(Files.readAllBytes(WatchedFolder.SAMPLES.resolve("gears.jpg")));
        }
    }

    @Test
    void aContainerGetsTheResultAndCopiesOfTheImage() throws Exception {
        AzuriteServer azure = AzuriteServer.shared();
        String results = "results-" + UUID.randomUUID();
        azure.createBucket(results);
        try (WatchedFolder folder = program(
                new RoutingTable().when("gear", "kamelet:azure?container=" + results + "&prefix=gears/&image=true&annotated=true"))
                        .with("azure.connectionString", azure.connectionString()).start()) {
            dropAndAwait(folder);

            assertThat(azure.keys(results)).containsExactly("gears/line 1/gears.jpg", "gears/line 1/gears.jpg.annotated.jpg",
                    "gears/line 1/gears.jpg.json");
            assertGear(azure.read(results, "gears/line 1/gears.jpg.json"));
            assertThat(azure.describe(results, "gears/line 1/gears.jpg.json").contentType()).isEqualTo("application/json");
            assertThat(azure.describe(results, "gears/line 1/gears.jpg")).isEqualTo(new BucketServer.Description("image/jpeg",
                    Files.size(WatchedFolder.SAMPLES.resolve("gears.jpg"))));
        }
    }

    /** Servers that speak as S3 does refuse what they don't know of Amazon's newer checksums. */
    @Test
    void aBucketIsAskedForNoChecksumsThatOnlyAmazonKnows() throws Exception {
        try (WebhookServer s3 = new WebhookServer().start();
             WatchedFolder folder = program(new RoutingTable().when("gear", "kamelet:s3?bucket=results"))
                     .with("s3.overrideEndpoint", "true").with("s3.endpoint", s3.address())
                     .with("s3.forcePathStyle", "true").start()) {
            dropAndAwait(folder);

            assertThat(s3.received()).extracting(WebhookServer.Received::method).containsExactly("PUT");
            assertThat(s3.received().get(0).path()).startsWith("/results/line%201/gears.jpg.json");
            assertThat(s3.received().get(0).headers().keySet()).noneMatch(name -> name.toLowerCase(Locale.ROOT).matches(
                    ".*checksum.*|x-amz-trailer"));
        }
    }

    @Test
    void aFolderGetsTheResultAndCopiesOfTheImage() throws Exception {
        RoutingTable table = new RoutingTable().when("gear", "kamelet:folder?name=gears&image=true&annotated=true");
        try (WatchedFolder folder = program(table).start()) {
            dropAndAwait(folder);

            assertThat(folder.files("results")).containsExactly("gears/line 1/gears.jpg", "gears/line 1/gears.jpg.annotated.jpg",
                    "gears/line 1/gears.jpg.json");
            byte[] image = Files.readAllBytes(WatchedFolder.SAMPLES.resolve("gears.jpg"));
            assertThat(data.resolve("results/gears/line 1/gears.jpg")).hasBinaryContent(image);
            assertThat(data.resolve("done/line 1/gears.jpg")).hasBinaryContent(image);
            assertThat(Files.readAllBytes(data.resolve("results/gears/line 1/gears.jpg.annotated.jpg"))).startsWith(0xFF, 0xD8)
                    .isNotEqualTo(image);
            assertGear(folder.read("results/gears/line 1/gears.jpg.json"));
        }
    }

    @Test
    void aWebhookGetsTheResultInAnEnvelope() throws Exception {
        try (WebhookServer receiver = new WebhookServer().start();
             WatchedFolder folder = program(new RoutingTable().when("gear", "kamelet:webhook?url=" + receiver.address() + "/hook"))
                     .start()) {
            dropAndAwait(folder);

            await().until(() -> receiver.received().size() == 1);
            WebhookServer.Received request = receiver.received().get(0);
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.path()).isEqualTo("/hook");
            JsonNode envelope = new ObjectMapper().readTree(request.body());
            assertGear(envelope.path("result").toString());
            assertThat(envelope.path("id").textValue()).matches("[0-9a-f]{64}");
            assertThat(envelope.path("image").textValue()).isEqualTo("line 1/gears.jpg");
            assertThat(envelope.path("source").textValue()).isEqualTo("file:" + data.resolve("inbox"));
            assertThat(envelope.path("time").textValue()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{1,3}Z");
            assertThat(request.headers().getFirst("Content-Type")).isEqualTo("application/json");
            assertThat(request.headers().keySet()).noneMatch(name -> name.startsWith("Camel"));
        }
    }

    @Test
    void theAddressOfAWebhookStaysAsItIsWrittenInRaw() {
        String path = "/workflows/a1/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Frun&sig=a%2Bb+c-d_e%3D&name=$%7Bbody%7D";
        try (WebhookServer receiver = new WebhookServer().start();
             WatchedFolder folder = program(new RoutingTable().whenAtWebhook("gear", "RAW(" + receiver.address() + path + ")"))
                     .start()) {
            dropAndAwait(folder);

            await().until(() -> receiver.received().size() == 1);
            assertThat(receiver.received().get(0).path()).isEqualTo(path);
        }
    }
}
