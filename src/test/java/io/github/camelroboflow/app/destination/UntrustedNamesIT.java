package io.github.camelroboflow.app.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.AwsCredentials;
import io.github.camelroboflow.app.fixture.Broker;
import io.github.camelroboflow.app.fixture.KafkaServer;
import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.app.fixture.RoutingTable;
import io.github.camelroboflow.app.fixture.S3Server;
import io.github.camelroboflow.app.fixture.ScriptedEngine;
import io.github.camelroboflow.app.fixture.SqsServer;
import io.github.camelroboflow.app.fixture.WebhookServer;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.geometry.ImageSize;
import jakarta.jms.TextMessage;
import java.io.File;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * Others choose the names of images and, in models, those of classes: whatever they are, a result stays in its folder, bucket or
 * queue, nothing in a name is evaluated, and no header and no line of the log is forged.
 */
@ExtendWith(AwsCredentials.class)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no files of such names")
class UntrustedNamesIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final List<String> NAMES = List.of("${sys:user.home}.jpg", "{{queue.password}}.jpg",
            "$simple{sysenv.PATH}${header.CamelFileName}${bean:evil}.jpg", "a\r\nX-Evil: yes\r\n\r\n.jpg", "q?a=b&c=d#e;f.jpg",
            "%2e%2e%2f%2e%2e%2fup.jpg", "\u202Egpj.evil\u200F\u2028.jpg", "\u0001\u001B[31mred.jpg",
            "RAW(x)&keyName=y.jpg", "n".repeat(251) + ".jpg", "ü".repeat(125) + ".jpg", "100%.jpg");

    private static final List<String> LABELS = List.of("../x", "/etc/passwd", "${sys:user.home}", "{{queue.password}}",
            "a\r\nX-Evil: yes", "nul\0nul", "part/bolt", "?a=b&c", "%2e%2e", "\u202Eltr\u200F", "\"}],\"predictions\":[{\"");

    @TempDir
    Path data;

    private Path folder(String name) throws IOException {
        return Files.createDirectories(data.resolve("servers").resolve(name));
    }

    @Test
    void stayWhatTheyAreAtEveryDestination() throws Exception {
        Detection[] found = LABELS.stream().map(label -> ScriptedEngine.at(1, 1, label)).toArray(Detection[]::new);
        RoutingTable table = new RoutingTable().when("*", "kamelet:folder?name=all&image=true&annotated=true",
                "kamelet:s3?bucket=results&prefix=all/&image=true&annotated=true", "kamelet:queue?name=all",
                "kamelet:kafka?topic=all", "kamelet:sqs?queue=all", "kamelet:webhook?url={{receiver}}/hook");
        try (S3Server s3 = S3Server.inMemory(folder("s3")).start();
             Broker broker = Broker.artemis(folder("artemis")).start();
             KafkaServer kafka = new KafkaServer(folder("kafka")).start();
             SqsServer sqs = new SqsServer(folder("sqs")).start();
             WebhookServer receiver = new WebhookServer().start();
             WatchedFolder folder = new WatchedFolder(data).with(table).with(ScriptedEngine.finding(found))
                     .with("s3.overrideEndpoint", "true").with("s3.endpoint", s3.address()).with("s3.forcePathStyle", "true")
                     .with("queue.broker", broker.address()).with("queue.password", "s3cret").with("kafka.brokers", kafka.address())
                     .with("sqs.overrideEndpoint", "true").with("sqs.endpoint", sqs.address()).with("sqs.queues", sqs.queues())
                     .with("receiver", receiver.address()).start()) {
            s3.client().createBucket(request -> request.bucket("results"));
            kafka.createTopic("all");
            sqs.client().createQueue(request -> request.queueName("all"));
            NAMES.forEach(name -> folder.drop("gears.jpg", name));

            await().untilAsserted(() -> assertThat(folder.files("done")).hasSameSizeAs(NAMES));
            assertThat(folder.files("failed")).isEmpty();
            assertThat(folder.files("done")).containsExactlyInAnyOrderElementsOf(NAMES);

            List<String> results = folder.files("results");
            assertThat(results).hasSize(3 * NAMES.size()).allMatch(name -> name.startsWith("all/") && name.indexOf('/', 4) < 0);
            try (Stream<Path> files = Files.list(data)) {
                assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("inbox", "work",
                        "done", "failed", "results", "servers", "by-class.camel.yaml", "delivery.mv.db", "delivery.mark");
            }
            for (String result : results.stream().filter(name -> name.endsWith(".json")).toList()) {
                assertResult(folder.read("results/" + result));
            }

            // a service that is slow on a busy machine gets its own from the outbox, a little later
            await().untilAsserted(() -> assertThat(s3.keys("results")).containsExactlyElementsOf(results));
            for (String key : results.stream().filter(name -> name.endsWith(".json")).toList()) {
                assertResult(s3.read("results", key));
            }

            List<String> inQueue = new ArrayList<>();
            await().until(() -> broker.messages("all").size() >= NAMES.size());
            for (TextMessage message : broker.messages("all")) {
                assertResult(message.getText());
                inQueue.add(message.getStringProperty("image"));
            }
            assertNames(inQueue);

            await().until(() -> kafka.records("all").size() >= NAMES.size());
            List<ConsumerRecord<String, String>> inTopic = kafka.records("all");
            inTopic.forEach(message -> assertResult(message.value()));
            assertNames(inTopic.stream().map(message -> message.headers().lastHeader("image").value())
                    .map(name -> new String(name, StandardCharsets.UTF_8)).toList());

            List<Message> inSqs = receiveAll(sqs);
            inSqs.forEach(message -> assertResult(message.body()));
            assertNames(inSqs.stream().map(message -> message.messageAttributes().get("image").stringValue()).toList());

            await().until(() -> receiver.received().size() == NAMES.size());
            List<String> posted = new ArrayList<>();
            for (WebhookServer.Received request : receiver.received()) {
                assertThat(request.path()).isEqualTo("/hook");
                assertThat(request.headers().keySet()).doesNotContain("X-evil");
                JsonNode envelope = JSON.readTree(request.body());
                assertResult(envelope.path("result").toString());
                posted.add(envelope.path("image").textValue());
            }
            assertThat(posted).containsExactlyInAnyOrderElementsOf(NAMES);
        }
    }

    /** As a source of the user's own may hand over what it was told. */
    @Test
    void leadNowhereFromWhateverSource() throws Exception {
        List<String> names = List.of("../../up.jpg", "/etc/passwd.jpg", "a/../../../up.jpg", "..\\..\\up.jpg", "C:\\up.jpg",
                "a//b/./c.jpg", "nul\0.jpg", "${sys:user.home}/${file:name}.jpg", "..", "/", "file:/etc/x?fileName=y.jpg",
                ("x".repeat(200) + "/").repeat(5) + "y".repeat(15) + ".jpg");
        RoutingTable table = new RoutingTable().when("*", "kamelet:folder?name=all&image=true",
                "kamelet:s3?bucket=results&prefix=all/&image=true", "kamelet:queue?name=all",
                "kamelet:webhook?url={{receiver}}/hook");
        File image = WatchedFolder.SAMPLES.resolve("gears.jpg").toFile();
        try (S3Server s3 = S3Server.inMemory(folder("s3")).start();
             Broker broker = Broker.activeMq().start();
             WebhookServer receiver = new WebhookServer().start();
             WatchedFolder folder = new WatchedFolder(data).with(table).with("s3.overrideEndpoint", "true")
                     .with("s3.endpoint", s3.address()).with("s3.forcePathStyle", "true").with("queue.broker", broker.address())
                     .with("receiver", receiver.address()).start();
             ProducerTemplate template = folder.context().createProducerTemplate()) {
            s3.client().createBucket(request -> request.bucket("results"));
            for (String name : names) {
                Exchange sent = template.send("direct:deliver", exchange -> {
                    exchange.setProperty("CamelRoboflowImageName", name);
                    exchange.setVariable("image", image);
                    exchange.getMessage().setHeader("CamelRoboflowResultFile", name + ".json");
                    String id = Integer.toString(names.indexOf(name));
                    exchange.getMessage().setHeader("CamelRoboflowDeliveryId", id);
                    exchange.getMessage().setHeader("CamelRoboflowResultKey", id);
                    exchange.getMessage().setBody(new Detections(InferenceInfo.of("", 0, new ImageSize(8, 8)),
                            List.of(ScriptedEngine.at(1, 1, "bolt"))));
                });
                assertThat(sent.getException()).as(name).isNull();
            }

            List<String> results = folder.files("results");
            assertThat(results).hasSize(2 * names.size()).allMatch(name -> name.startsWith("all/"));
            await().untilAsserted(() -> assertThat(s3.keys("results")).containsExactlyElementsOf(results));
            try (Stream<Path> files = Files.walk(data)) {
                assertThat(files.filter(Files::isRegularFile).filter(file -> file.toString().endsWith(".json")))
                        .allMatch(file -> file.startsWith(data.resolve("results/all")) || file.startsWith(data.resolve("servers")));
            }
            await().until(() -> broker.messages("all").size() >= names.size());
            List<String> inQueue = new ArrayList<>();
            for (TextMessage message : broker.messages("all")) {
                inQueue.add(URLDecoder.decode(message.getStringProperty("image").replace("+", "%2B"), StandardCharsets.UTF_8));
            }
            assertThat(inQueue).containsExactlyInAnyOrderElementsOf(names);
            await().until(() -> receiver.received().size() == names.size());
        }
    }

    private static List<Message> receiveAll(SqsServer sqs) {
        List<Message> messages = new ArrayList<>();
        await().until(() -> {
            messages.addAll(sqs.receive("all"));
            return messages.size() >= NAMES.size();
        });
        return messages;
    }

    private static void assertResult(String json) {
        try {
            assertThat(JSON.readTree(json).findValuesAsText("class")).isEqualTo(LABELS);
        } catch (IOException e) {
            throw new AssertionError(json, e);
        }
    }

    /** Checks that each header is one line, and that decoding it gives the name. */
    private static void assertNames(List<String> headers) {
        assertThat(headers).allMatch(header -> header.codePoints().noneMatch(Character::isISOControl));
        assertThat(headers.stream().map(header -> URLDecoder.decode(header.replace("+", "%2B"), StandardCharsets.UTF_8)))
                .containsExactlyInAnyOrderElementsOf(NAMES);
    }

    @Test
    void forgeNoLineOfTheLog() throws IOException {
        Path model = Files.createDirectories(data.resolve("models/evil/1"));
        Files.copy(Path.of("config/models/parts-detect/1/weights.onnx"), model.resolve("weights.onnx"));
        Files.copy(Path.of("config/models/parts-detect/1/inference_config.json"), model.resolve("inference_config.json"));
        Files.writeString(model.resolve("environment.json"), JSON.writeValueAsString(Map.of("CLASS_LIST",
                List.of("bolt\r\n12:00:00 ERROR forged", "nut\u001B[31m", "../washer", "\u202Egear", "${sys:user.home}"))));
        WatchedFolder folder = new WatchedFolder(data);
        folder.drop("no image".getBytes(StandardCharsets.UTF_8), "a\r\n12:00:00 ERROR forged \u001B[31m\u202E.jpg");
        try (ProgramProcess program = ProgramProcess.start(data, Map.of("inbox.unchangedFor", "0", "model", "evil/1",
                "camel.component.roboflow.modelsDirectory", data.resolve("models").toString()))) {
            await().until(() -> folder.files("failed").size() == 2 || !program.isAlive());
            folder.drop("gears.jpg", "gears.jpg");
            await().until(() -> folder.files("done").size() == 1 || !program.isAlive());

            assertThat(program.output()).contains("camel-roboflow runs", "forged");
            assertThat(program.output().lines()).noneMatch(line -> line.startsWith("12:00:00"))
                    .noneMatch(line -> line.codePoints().anyMatch(c -> Character.isISOControl(c) || c == 0x202E));
            assertThat(program.output()).doesNotContain(System.getProperty("user.home") + ",");
        }
    }
}
