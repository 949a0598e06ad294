package io.github.camelroboflow.app.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.AwsCredentials;
import io.github.camelroboflow.app.fixture.KafkaServer;
import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.app.fixture.S3Server;
import io.github.camelroboflow.app.status.StatusSocket;
import io.github.camelroboflow.delivery.database.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** The routes dispatch and work with a broker, a database and a bucket. */
class WorkIT {

    @TempDir
    static Path servers;
    private static KafkaServer kafka;
    private static PostgresServer postgres;

    @TempDir
    Path data;
    private String topic;
    private final Map<String, String> properties = new HashMap<>();

    @BeforeAll
    static void start() {
        Assumptions.assumeTrue(PostgresServer.isInstalled(), "PostgreSQL is not installed");
        postgres = new PostgresServer();
        kafka = new KafkaServer(servers).start();
    }

    @AfterAll
    static void stop() {
        if (postgres != null) {
            postgres.close();
        }
        if (kafka != null) {
            kafka.close();
        }
    }

    @BeforeEach
    void prepare(TestInfo test) {
        topic = test.getTestMethod().orElseThrow().getName();
        kafka.createTopic(topic, 4, Map.of());
        kafka.createTopic(topic + "-failed");
        properties.putAll(Map.of("delivery.database", postgres.urlOfNewDatabase(), "kafka.brokers", kafka.address(),
                "scale.topic", topic, "scale.deadLetters", topic + "-failed", "scale.inFlight", "2",
                "scale.election", data.resolve("election").toString(), "scale.local", data.resolve("local").toString(),
                "inbox.unchangedFor", "0", "inbox.delay", "50", "samples.enabled", "false"));
    }

    private WatchedFolder role(String name) {
        WatchedFolder program = new WatchedFolder(data).with("routes", name);
        properties.forEach(program::with);
        return program;
    }

    private ProgramProcess process(String role) {
        Map<String, String> all = new HashMap<>(properties);
        all.put("routes", role);
        return ProgramProcess.start(data, all);
    }

    private static List<String> shown(List<String> files) {
        return files.stream().filter(name -> !name.contains("/.") && !name.startsWith(".")).toList();
    }

    @Test
    void imagesOfAFolderAreProcessedByWorkersAndOutliveOneThatIsKilled() throws IOException {
        List<String> names = IntStream.range(0, 40).mapToObj(i -> String.format("line %d/%02d.jpg", i % 3, i)).sorted().toList();
        try (WatchedFolder dispatcher = role("dispatch").start(); ProgramProcess killed = process("work")) {
            names.subList(0, 20).forEach(name -> dispatcher.drop("gears.jpg", name));
            await().until(() -> dispatcher.files("done").size() > 3);
            assertThat(StatusSocket.ask(data.resolve("local"), "status", Duration.ofMinutes(1)).texts())
                    .singleElement().satisfies(report -> assertThat(report)
                    .contains("runs work", " in the topic " + topic, "4 partitions here; the oldest image has waited for"));
            try (WatchedFolder survivor = role("work").start()) {
                names.subList(20, 40).forEach(name -> dispatcher.drop("gears.jpg", name));
                dispatcher.drop("nothing".getBytes(), "damaged.jpg");
                await().until(() -> dispatcher.files("done").size() > 20);
                killed.kill();

                await().untilAsserted(() -> assertThat(dispatcher.files("done")).isEqualTo(names));
                await().untilAsserted(() -> assertThat(dispatcher.files("failed"))
                        .containsExactly("damaged.jpg", "damaged.jpg.error.json"));
                assertThat(dispatcher.files("results")).isEqualTo(names.stream().map(name -> "gears/" + name + ".json").toList());
                assertThat(dispatcher.files("inbox")).isEmpty();
                await().untilAsserted(() -> assertThat(shown(dispatcher.files("work"))).isEmpty());
                assertThat(kafka.records(topic + "-failed")).singleElement()
                        .satisfies(letter -> assertThat(letter.value()).contains("damaged.jpg"));
            }
        }
    }

    @Test
    void objectsOfABucketAreProcessedByWorkers() {
        AwsCredentials.provide();
        try (S3Server s3 = new S3Server(data.resolve("s3")).start()) {
            s3.client().createBucket(request -> request.bucket("images"));
            s3.properties(data).forEach(properties::putIfAbsent);
            properties.putAll(Map.of("scale.source", "bucket", "inbox.maxAttempts", "2"));
            byte[] image = read(WatchedFolder.SAMPLES.resolve("gears.jpg"));
            try (WatchedFolder dispatcher = role("dispatch").start(); WatchedFolder one = role("work").start();
                 WatchedFolder two = role("work").start()) {
                IntStream.range(0, 10).forEach(i -> s3.put("images", "inbox/line/" + i + ".jpg", image));
                s3.put("images", "inbox/damaged.jpg", new byte[3]);

                await().untilAsserted(() -> assertThat(s3.keys("images")).containsExactlyInAnyOrderElementsOf(Stream.concat(
                        IntStream.range(0, 10).mapToObj(i -> "done/line/" + i + ".jpg"),
                        Stream.of("failed/damaged.jpg", "failed/damaged.jpg.error.json")).toList()));
                await().untilAsserted(() -> assertThat(kafka.records(topic + "-failed")).hasSize(1));
                assertThat(dispatcher.files("results")).hasSize(10);
            }
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
