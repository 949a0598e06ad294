package io.github.camelroboflow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.fixture.KafkaServer;
import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.app.fixture.RoutingTable;
import io.github.camelroboflow.delivery.database.PostgresServer;
import io.github.camelroboflow.faults.ReceivedResults.Receipt;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two dispatchers and some workers, while workers are killed again and again, the dispatchers, the broker and the database once or
 * twice, and a worker is cut off for a while. {@code -Dfaults.images=} sets the number of images.
 */
@DisabledOnOs(OS.WINDOWS)
class FaultyRolesIT {

    private static final int IMAGES = Integer.getInteger("faults.images", FaultTestScale.of(80, 10_000));
    private static final int WORKERS = FaultTestScale.of(2, 3);
    private static final int PARTITIONS = 8;
    private static final Duration BETWEEN_KILLS = FaultTestScale.of(Duration.ofSeconds(8), Duration.ofSeconds(10));
    private static final Duration AWAY = FaultTestScale.of(Duration.ofSeconds(1), Duration.ofSeconds(5));
    private static final Duration CUT_OFF = FaultTestScale.of(Duration.ofSeconds(3), Duration.ofSeconds(30));
    private static final Duration LEFT_FOR = Duration.ofHours(2);
    private static final long SEED = Long.getLong("faults.seed", System.nanoTime());
    private static final String TOPIC = "images";

    @TempDir
    Path data;
    private final Random random = new Random(SEED);
    private final ProgramProcess[] workers = new ProgramProcess[WORKERS];
    private final ProgramProcess[] dispatchers = new ProgramProcess[2];
    private final long[] startedAt = new long[WORKERS];
    private int elected;
    private PostgresServer postgres;
    private KafkaServer kafka;
    private ProgramFolders site;
    private Map<String, String> properties;

    /** A fault at a share of the images. */
    private record Planned(double share, Runnable fault) {
    }

    @BeforeEach
    void startServers() {
        Assumptions.assumeTrue(PostgresServer.isInstalled(), "PostgreSQL is not installed");
        System.out.println("FaultyRolesIT: -Dfaults.seed=" + SEED);
        postgres = new PostgresServer().awaitReady();
        kafka = new KafkaServer(data).start();
        kafka.createTopic(TOPIC, PARTITIONS, Map.of());
        kafka.createTopic("images-failed");
        Stream.of(ImageSubject.values()).forEach(subject -> kafka.createTopic(subject.choice()));
        site = new ProgramFolders(data, ImageGenerator.someDamaged(IMAGES));
        properties = properties();
    }

    @AfterEach
    void stopAll() {
        Stream.of(Stream.of(workers), Stream.of(dispatchers)).flatMap(some -> some).forEach(program -> {
            if (program != null) {
                program.signal("CONT");
                program.close();
            }
        });
        if (kafka != null) {
            kafka.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }

    private Map<String, String> properties() {
        RoutingTable table = new RoutingTable();
        for (ImageSubject subject : ImageSubject.values()) {
            table.when(subject.condition(), "kamelet:kafka?topic=" + subject.choice());
        }
        Map<String, String> all = new HashMap<>(ProgramSetups.toFolders());
        all.putAll(Map.of("delivery.database", postgres.url(), "kafka.brokers", kafka.address(), "kafka.timeout", "5000",
                "scale.topic", TOPIC, "scale.backlog", String.valueOf(IMAGES / 5), "scale.sendAgainAfter", "1m",
                "scale.election", data.resolve("election").toString(), "scale.inFlight", "2"));
        all.put("camel.main.routesIncludePattern", "file:routes/{{routes}}.camel.yaml,file:" + table.write(data));
        return all;
    }

    private ProgramProcess start(String role, String name) {
        Map<String, String> all = new HashMap<>(properties);
        all.put("routes", role);
        all.put("scale.local", data.resolve("local-" + name).toString());
        if (role.equals("work")) {
            all.put("scale.worker.id", name);
        }
        return site.start(all);
    }

    @Test
    void everyImageIsDeliveredWhateverFails() {
        site.drop(site.images());
        dispatchers[0] = start("dispatch", "dispatcher-0");
        await().until(() -> !site.files("work").isEmpty());
        dispatchers[1] = start("dispatch", "dispatcher-1");
        for (int i = 0; i < WORKERS; i++) {
            startWorker(i);
        }
        try (ProgressLog progress = new ProgressLog(site::finished)) {
            await().until(() -> progress.finished() > 0);
            Deque<Planned> planned = new ArrayDeque<>(List.of(new Planned(0.1, () -> killDispatcher(progress)),
                    new Planned(0.25, () -> restartBroker(progress)), new Planned(0.4, () -> cutOffWorker(progress)),
                    new Planned(0.6, () -> restartDatabase(progress))));
            if (FaultTestScale.CURRENT == FaultTestScale.LONG) {
                planned.add(new Planned(0.8, () -> killDispatcher(progress)));
            }
            long[] killedAt = {System.nanoTime()};
            while (progress.finished() < IMAGES) {
                // each wait is for one more image, however many there are
                int before = progress.finished();
                await().pollInterval(Duration.ofMillis(100)).until(() -> {
                    if (System.nanoTime() - killedAt[0] > BETWEEN_KILLS.toNanos() && killWorker(progress)) {
                        killedAt[0] = System.nanoTime();
                    }
                    while (!planned.isEmpty() && progress.finished() >= planned.peek().share() * IMAGES) {
                        planned.poll().fault().run();
                    }
                    return progress.finished() > before;
                });
            }
            awaitDelivered();
            Stream.of(Stream.of(workers), Stream.of(dispatchers)).flatMap(some -> some).forEach(program -> {
                program.interrupt();
                program.exitCode();
            });

            removeLeftReports();
            site.assertFiled();
            ReceivedResults receipts = receipts();
            receipts.assertEachImageCame(site.images());
            new ReportLine("two dispatchers and " + WORKERS + " workers (seed " + SEED + ")").filed(site).add("lost 0")
                    .add("%d of %d delivered twice or more often, with the same ids", receipts.number() - receipts.deliveries(),
                            receipts.deliveries())
                    .add("without progress after: %s", progress.standstills()).print();
        }
    }

    /** Lets the hour pass after which a dispatcher removes the reports that killed workers were writing. */
    private void removeLeftReports() {
        List<String> left = site.files("work").stream().filter(name -> name.startsWith(".report-")).toList();
        if (left.isEmpty()) {
            return;
        }
        for (String name : left) {
            File report = data.resolve("work").resolve(name).toFile();
            assertThat(report.setLastModified(System.currentTimeMillis() - LEFT_FOR.toMillis())).isTrue();
        }
        try (ProgramProcess dispatcher = start("dispatch", "dispatcher-0")) {
            await().untilAsserted(() -> assertThat(site.files("work")).as(dispatcher.output()).isEmpty());
        }
    }

    private void awaitDelivered() {
        long good = site.images().stream().filter(InputImage::isGood).count();
        await().pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> assertThat(receipts().deliveries()).isEqualTo((int) good));
    }

    /**
     * Kills one of the workers that have finished an image since their start, if there is one: on a slow machine, workers that are
     * killed as soon as they are ready would finish none.
     */
    private boolean killWorker(ProgressLog progress) {
        List<Integer> working = IntStream.range(0, WORKERS).filter(this::hasFinishedAnImage).boxed().toList();
        if (working.isEmpty()) {
            return false;
        }
        int victim = working.get(random.nextInt(working.size()));
        progress.fault("worker killed");
        workers[victim].kill();
        startWorker(victim);
        return true;
    }

    private void startWorker(int number) {
        startedAt[number] = System.currentTimeMillis();
        workers[number] = start("work", "worker-" + number);
    }

    private boolean hasFinishedAnImage(int worker) {
        try (Connection connection = DriverManager.getConnection(postgres.url()); PreparedStatement query = connection
                .prepareStatement("select count(*) from scale_claim where worker = ? and finished > ?")) {
            query.setString(1, "worker-" + worker);
            query.setLong(2, startedAt[worker]);
            try (ResultSet count = query.executeQuery()) {
                return count.next() && count.getLong(1) > 0;
            }
        } catch (SQLException e) {
            // the database is away
            return false;
        }
    }

    private void killDispatcher(ProgressLog progress) {
        progress.fault("dispatcher killed");
        dispatchers[elected].kill();
        dispatchers[elected] = start("dispatch", "dispatcher-" + elected);
        elected = 1 - elected;
    }

    private void restartBroker(ProgressLog progress) {
        progress.fault("broker restarted");
        kafka.close();
        wait(AWAY);
        kafka.start();
    }

    private void restartDatabase(ProgressLog progress) {
        progress.fault("database restarted");
        postgres.crash();
        wait(AWAY);
        postgres.start();
    }

    private void cutOffWorker(ProgressLog progress) {
        int victim = random.nextInt(WORKERS);
        progress.fault("worker cut off");
        workers[victim].signal("STOP");
        wait(CUT_OFF);
        workers[victim].signal("CONT");
    }

    /** Lets time pass, while the others work. */
    private static void wait(Duration time) {
        await().pollDelay(time).until(() -> true);
    }

    private ReceivedResults receipts() {
        ReceivedResults receipts = new ReceivedResults();
        for (ImageSubject subject : ImageSubject.values()) {
            for (ConsumerRecord<String, String> result : kafka.records(subject.choice())) {
                receipts.add(new Receipt(subject.choice(), result.key(),
                        new String(result.headers().lastHeader("image").value(), StandardCharsets.UTF_8), result.value()));
            }
        }
        return receipts;
    }
}
