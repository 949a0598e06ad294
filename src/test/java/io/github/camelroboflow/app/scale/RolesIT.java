package io.github.camelroboflow.app.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.AnnouncedBucket;
import io.github.camelroboflow.app.fixture.KafkaServer;
import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.app.fixture.S3Server;
import io.github.camelroboflow.app.status.StatusSocket;
import io.github.camelroboflow.delivery.database.PostgresServer;
import io.github.camelroboflow.delivery.scale.ImageReference.InvalidReferenceException;
import io.github.camelroboflow.delivery.scale.ImageReference.Kind;
import io.github.camelroboflow.delivery.scale.ImageReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The routes dispatch and work with a broker and a database, one after the other, since some tests end these. */
@Execution(ExecutionMode.SAME_THREAD)
class RolesIT {

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
        topic = test.getTestMethod().orElseThrow().getName() + "-" + UUID.randomUUID();
        properties.putAll(Map.of("delivery.database", postgres.urlOfNewDatabase(), "kafka.brokers", kafka.address(),
                "scale.topic", topic, "scale.deadLetters", topic + "-failed",
                "scale.election", data.resolve("election").toString(), "scale.local", data.resolve("local").toString(),
                "samples.enabled", "false"));
        properties.putAll(Map.of("inbox.unchangedFor", "0", "inbox.delay", "50", "scale.inFlight", "2"));
    }

    private void createTopics(int partitions) {
        kafka.createTopic(topic, partitions, Map.of());
        kafka.createTopic(topic + "-failed");
    }

    private WatchedFolder role(String name) {
        WatchedFolder program = new WatchedFolder(data).with("routes", name);
        properties.forEach(program::with);
        return program;
    }

    private ProgramProcess process(String role) {
        Map<String, String> all = new HashMap<>(properties);
        all.put("routes", role);
        all.putAll(Map.of("aws.accessKeyId", S3Server.KEY_ID, "aws.secretAccessKey", S3Server.SECRET));
        return ProgramProcess.start(data, all);
    }

    private static List<String> shown(List<String> files) {
        return files.stream().filter(name -> !name.contains("/.") && !name.startsWith(".")).toList();
    }

    private List<ImageReference> sent() {
        return kafka.records(topic).stream().map(RolesIT::reference).toList();
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
        createTopics(1);
        try (WatchedFolder program = role("dispatch").start()) {
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
        try (WatchedFolder again = role("dispatch").start()) {
            again.drop("gears.jpg", "c.jpg");
            await().untilAsserted(() -> assertThat(sent()).hasSize(3));
        }
    }

    private void useBucket(AnnouncedBucket bucket, String source) {
        bucket.properties(data).forEach(properties::putIfAbsent);
        properties.put("scale.source", source);
    }

    @ParameterizedTest
    @EnumSource(AnnouncedBucket.Servers.class)
    void eachObjectOfABucketIsSentOnceAndStays(AnnouncedBucket.Servers servers) {
        createTopics(1);
        try (AnnouncedBucket bucket = servers.open()) {
            bucket.put("inbox/line 1/a.jpg", new byte[3]);
            useBucket(bucket, bucket.server().noun());
            try (WatchedFolder program = role("dispatch").start()) {
                await().untilAsserted(() -> assertThat(sent()).extracting(ImageReference::key, ImageReference::name)
                        .containsExactly(tuple("inbox/line 1/a.jpg", "line 1/a.jpg")));
                bucket.put("inbox/b.jpg", new byte[4]);
                await().untilAsserted(() -> assertThat(sent()).hasSize(2));
                assertThat(sent()).allMatch(image -> image.kind().name().equals(servers.name())
                        && image.place().equals(bucket.name()));
            }
        }
    }

    @Test
    void whileBrokersOrDatabaseAreDownNoImageFailsAndThenAllAreSent() {
        createTopics(1);
        properties.put("kafka.timeout", "2000");
        try (WatchedFolder program = role("dispatch").start()) {
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
        createTopics(1);
        Files.createDirectories(data.resolve("inbox"));
        try (ProgramProcess first = process("dispatch")) {
            WatchedFolder folder = new WatchedFolder(data);
            folder.drop("gears.jpg", "a.jpg");
            await().untilAsserted(() -> assertThat(sent()).as(first.output()).hasSize(1));
            try (ProgramProcess second = process("dispatch")) {
                await().untilAsserted(() -> assertThat(second.output()).contains("Another program dispatches"));

                first.signal("STOP");
                folder.drop("gears.jpg", "b.jpg");
                try (WatchedFolder another = role("dispatch").with("scale.election", data.resolve("another").toString()).start()) {
                    await().untilAsserted(() -> assertThat(sent()).as("by a program with a lock of its own, while the first hangs")
                            .hasSize(2));
                }
                assertThat(second.output()).doesNotContain("This program dispatches");

                first.kill();
                folder.drop("gears.jpg", "c.jpg");
                await().untilAsserted(() -> assertThat(sent()).as(second.output()).extracting(ImageReference::name)
                        .containsExactly("a.jpg", "b.jpg", "c.jpg"));
                assertThat(second.output()).contains("This program dispatches from now on");
            }
        }
    }

    @Test
    void imagesOfAFolderAreProcessedByWorkersAndOutliveOneThatIsKilled() throws IOException {
        createTopics(4);
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
                // a worker that is killed between its letter and the record of that leaves another one to the next worker
                assertThat(kafka.records(topic + "-failed")).hasSizeBetween(1, 2)
                        .allSatisfy(letter -> assertThat(letter.value()).contains("damaged.jpg"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(AnnouncedBucket.Servers.class)
    void objectsOfABucketAreProcessedByWorkers(AnnouncedBucket.Servers servers) {
        createTopics(4);
        try (AnnouncedBucket bucket = servers.open()) {
            useBucket(bucket, bucket.server().noun());
            properties.put("inbox.maxAttempts", "2");
            byte[] image = read(WatchedFolder.SAMPLES.resolve("gears.jpg"));
            try (WatchedFolder dispatcher = role("dispatch").start(); WatchedFolder one = role("work").start();
                 WatchedFolder two = role("work").start()) {
                IntStream.range(0, 10).forEach(i -> bucket.put("inbox/line/" + i + ".jpg", image));
                bucket.put("inbox/damaged.jpg", new byte[3]);

                await().untilAsserted(() -> assertThat(bucket.keys()).containsExactlyInAnyOrderElementsOf(Stream.concat(
                        IntStream.range(0, 10).mapToObj(i -> "done/line/" + i + ".jpg"),
                        Stream.of("failed/damaged.jpg", "failed/damaged.jpg.error.json")).toList()));
                await().untilAsserted(() -> assertThat(kafka.records(topic + "-failed")).hasSize(1));
                assertThat(dispatcher.files("results")).hasSize(10);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(AnnouncedBucket.Servers.class)
    void objectsThatEventsAnnounceAreProcessedThoughTheDispatcherIsKilled(AnnouncedBucket.Servers servers) {
        createTopics(4);
        try (AnnouncedBucket bucket = servers.open()) {
            useBucket(bucket, bucket.events());
            byte[] image = read(WatchedFolder.SAMPLES.resolve("gears.jpg"));
            List<String> names = IntStream.range(0, 20).mapToObj(i -> "line +" + i % 3 + "/ä" + i + ".jpg").sorted().toList();
            try (WatchedFolder worker = role("work").start()) {
                try (ProgramProcess killed = process("dispatch")) {
                    names.subList(0, 10).forEach(name -> bucket.announce("inbox/" + name, image));
                    await().until(() -> worker.files("results").size() > 3);
                    killed.kill();
                }
                names.subList(10, 20).forEach(name -> bucket.announce("inbox/" + name, image));
                bucket.announce("inbox/damaged.jpg", new byte[3]);
                try (WatchedFolder next = role("dispatch").start()) {
                    await().untilAsserted(() -> assertThat(bucket.keys()).containsExactlyInAnyOrderElementsOf(Stream.concat(
                            names.stream().map(name -> "done/" + name),
                            Stream.of("failed/damaged.jpg", "failed/damaged.jpg.error.json")).toList()));
                    await().untilAsserted(() -> assertThat(bucket.messages()).isZero());
                    assertThat(worker.files("results")).hasSize(20);
                    assertThat(outage(next)).isEmpty();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(AnnouncedBucket.Servers.class)
    void aQueueOfEventsThatIsAwayIsAnOutageWithAdvice(AnnouncedBucket.Servers servers) {
        createTopics(1);
        try (AnnouncedBucket bucket = servers.open()) {
            useBucket(bucket, bucket.events());
            bucket.deleteQueue();
            try (WatchedFolder program = role("dispatch").start()) {
                await().untilAsserted(() -> assertThat(outage(program)).contains("queue " + bucket.name(), "make "));

                bucket.createQueue();
                bucket.announce("inbox/a.jpg", new byte[3]);
                await().untilAsserted(() -> assertThat(sent()).hasSize(1));
                await().untilAsserted(() -> assertThat(outage(program)).isEmpty());
            }
        }
    }

    /** Returns the options of the commands that the page shows for several models. */
    private List<Map<String, String>> commandsForSeveralModels() throws IOException, InterruptedException {
        String page = Files.readString(Path.of("src/main/docs/scale.adoc"));
        String commands = page.substring(page.indexOf("=== Several models")).split("\n----\n")[1].replace("/shared/", data + "/");
        Path script = Files.writeString(data.resolve("commands.sh"), "mvn() { echo \"$@\"; }\n" + commands + "\n");
        Process shell = new ProcessBuilder("bash", script.toString()).redirectErrorStream(true).start();
        String printed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).as(printed).isZero();
        return printed.lines().map(line -> Stream.of(line.split(" ")).filter(option -> option.startsWith("-D"))
                .map(option -> option.substring(2).split("=", 2)).collect(Collectors.toMap(part -> part[0], part -> part[1])))
                .toList();
    }

    @Test
    void thePageShowsHowEachModelHasItsTopicAndItsWorkers() throws Exception {
        List<Map<String, String>> commands = commandsForSeveralModels();
        assertThat(commands).extracting(command -> command.get("routes")).containsExactly("dispatch", "work", "dispatch", "work");
        properties.put("camel.component.roboflow.modelsDirectory", data.resolve("models").toString());
        kafka.createTopic(topic + "-failed");
        List<WatchedFolder> programs = new ArrayList<>();
        try {
            for (Map<String, String> command : commands) {
                if (command.containsKey("model")) {
                    copyModel(command.get("model"));
                    kafka.createTopic(command.get("scale.topic"), 2, Map.of());
                }
            }
            for (Map<String, String> command : commands) {
                WatchedFolder program = role(command.get("routes"));
                command.forEach(program::with);
                programs.add(program.start());
            }
            WatchedFolder shared = new WatchedFolder(data);
            for (String model : List.of("bottles", "labels")) {
                Path image = shared.drop("gears.jpg", model + ".jpg");
                Files.move(image, data.resolve(model).resolve("inbox").resolve(model + ".jpg"), StandardCopyOption.ATOMIC_MOVE);
            }

            await().untilAsserted(() -> assertThat(shared.files("bottles/done")).containsExactly("bottles.jpg"));
            await().untilAsserted(() -> assertThat(shared.files("labels/done")).containsExactly("labels.jpg"));
            assertThat(shared.files("bottles/results")).containsExactly("gears/bottles.jpg.json");
            assertThat(shared.files("labels/results")).containsExactly("gears/labels.jpg.json");
        } finally {
            programs.forEach(WatchedFolder::close);
        }
    }

    private void copyModel(String model) throws IOException {
        Path folder = Files.createDirectories(data.resolve("models").resolve(model));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("config/models/parts-detect/1"))) {
            for (Path file : files) {
                Files.copy(file, folder.resolve(file.getFileName()));
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
