package io.github.camelroboflow.app.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.AwsCredentials;
import io.github.camelroboflow.app.fixture.KafkaServer;
import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.app.fixture.S3Server;
import io.github.camelroboflow.delivery.database.PostgresServer;
import io.github.camelroboflow.delivery.scale.ImageReference.InvalidReferenceException;
import io.github.camelroboflow.delivery.scale.ImageReference.Kind;
import io.github.camelroboflow.delivery.scale.ImageReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The route dispatch with a broker and a database, one after the other, since some tests end these. */
@Execution(ExecutionMode.SAME_THREAD)
class DispatchIT {

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
        kafka.createTopic(topic);
        properties.putAll(Map.of("routes", "dispatch", "delivery.database", postgres.urlOfNewDatabase(), "kafka.brokers",
                kafka.address(), "kafka.timeout", "2000", "scale.topic", topic, "scale.election",
                data.resolve("election").toString(), "inbox.unchangedFor", "0", "inbox.delay", "50", "samples.enabled", "false"));
    }

    private WatchedFolder dispatcher() {
        WatchedFolder program = new WatchedFolder(data);
        properties.forEach(program::with);
        return program;
    }

    private List<ImageReference> sent() {
        return kafka.records(topic).stream().map(DispatchIT::reference).toList();
    }

    private static ImageReference reference(ConsumerRecord<String, String> message) {
        try {
            ImageReference reference = ImageReference.parse(message.value());
            assertThat(message.key()).isEqualTo(reference.claim().toString());
            return reference;
        } catch (InvalidReferenceException e) {
            throw new AssertionError(message.value(), e);
        }
    }

    @Test
    void eachImageOfAFolderIsSentOnce() {
        try (WatchedFolder program = dispatcher().start()) {
            program.drop("gears.jpg", "line 1/a.jpg");
            program.drop("nuts.webp", "b.webp");

            await().untilAsserted(() -> assertThat(sent()).extracting(ImageReference::name)
                    .containsExactlyInAnyOrder("line 1/a.jpg", "b.webp"));
            assertThat(sent()).allSatisfy(image -> {
                assertThat(image.kind()).isEqualTo(Kind.FILE);
                assertThat(data.resolve("work").resolve(image.key())).hasSize(image.size());
            });
            assertThat(program.files("inbox")).isEmpty();
        }
        try (WatchedFolder again = dispatcher().start()) {
            again.drop("gears.jpg", "c.jpg");
            await().untilAsserted(() -> assertThat(sent()).hasSize(3));
        }
    }

    @Test
    void eachObjectOfABucketIsSentOnceAndStays() {
        AwsCredentials.provide();
        try (S3Server s3 = new S3Server(data.resolve("s3")).start()) {
            s3.client().createBucket(request -> request.bucket("images"));
            s3.put("images", "inbox/line 1/a.jpg", new byte[3]);
            s3.properties(data).forEach(properties::putIfAbsent);
            properties.put("scale.source", "bucket");
            try (WatchedFolder program = dispatcher().start()) {
                await().untilAsserted(() -> assertThat(sent()).extracting(ImageReference::key, ImageReference::name)
                        .containsExactly(tuple("inbox/line 1/a.jpg", "line 1/a.jpg")));
                s3.put("images", "inbox/b.jpg", new byte[4]);
                await().untilAsserted(() -> assertThat(sent()).hasSize(2));
                assertThat(sent()).allMatch(image -> image.kind() == Kind.S3 && image.place().equals("images"));
            }
        }
    }

    @Test
    void whileBrokersOrDatabaseAreDownNoImageFailsAndThenAllAreSent() {
        try (WatchedFolder program = dispatcher().start()) {
            program.drop("gears.jpg", "a.jpg");
            await().untilAsserted(() -> assertThat(sent()).hasSize(1));

            kafka.close();
            program.drop("gears.jpg", "b.jpg");
            await().untilAsserted(() -> assertThat(outage(program)).isNotEmpty());
            kafka.start();
            await().untilAsserted(() -> assertThat(sent()).extracting(ImageReference::name).contains("b.jpg"));
            await().untilAsserted(() -> assertThat(outage(program)).isEmpty());

            postgres.crash();
            program.drop("gears.jpg", "c.jpg");
            await().untilAsserted(() -> assertThat(outage(program)).contains("the database"));
            postgres.start();
            await().untilAsserted(() -> assertThat(sent()).extracting(ImageReference::name).contains("c.jpg"));
            assertThat(program.files("failed")).isEmpty();
            assertThat(program.files("work")).hasSize(3);
        }
    }

    private static String outage(WatchedFolder program) {
        HealthCheck.Result result = HealthCheckRegistry.get(program.context()).getCheck("outage:dispatch").orElseThrow().call();
        return result.getState() == HealthCheck.State.DOWN ? result.getMessage().orElse("?") : "";
    }

    @Test
    void aSecondProgramWaitsAndTakesOverWhenTheFirstIsKilled() throws Exception {
        Files.createDirectories(data.resolve("inbox"));
        try (ProgramProcess first = ProgramProcess.start(data, properties)) {
            WatchedFolder folder = new WatchedFolder(data);
            folder.drop("gears.jpg", "a.jpg");
            await().untilAsserted(() -> assertThat(sent()).as(first.output()).hasSize(1));
            try (ProgramProcess second = ProgramProcess.start(data, properties)) {
                await().untilAsserted(() -> assertThat(second.output()).contains("Another program dispatches"));

                first.kill();
                folder.drop("gears.jpg", "b.jpg");

                await().untilAsserted(() -> assertThat(sent()).as(second.output()).extracting(ImageReference::name)
                        .containsExactly("a.jpg", "b.jpg"));
                assertThat(second.output()).contains("This program dispatches from now on");
            }
        }
    }
}
