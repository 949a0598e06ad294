package io.github.camelroboflow.bench;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.KafkaServer;
import io.github.camelroboflow.app.fixture.ScriptedEngine;
import io.github.camelroboflow.delivery.database.PostgresServer;
import io.github.camelroboflow.delivery.source.ImageTally;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures the roles dispatch and work, with Kafka and PostgreSQL on this machine and all programs in one JVM. First the images per
 * second of 1, 2, 4 and 8 workers whose engine waits 100 ms and computes nothing: the workers share the processors with the broker
 * and the database, so this shows what the way by topic and table costs, and whether it grows with the workers. Then the processor
 * time of an image with the real model, beside the route watch-folder. The argument is the number of seconds of each run.
 */
public final class ScaleBenchmark {

    private static final Duration ENGINE = Duration.ofMillis(100);
    private static final int IN_FLIGHT = 2;
    private static final int PARTITIONS = 24;
    private static final int WARM_UP = 300;
    private static final int ROUNDS = 3;
    /** The most workers; their contexts share one JVM. */
    private static final List<Integer> WORKERS = List.of(1, 2, 4, 8);
    private static final PrintStream OUT = System.out;

    private final Path data = Files.createTempDirectory(Path.of("target"), "bench").toAbsolutePath();
    private final KafkaServer kafka = new KafkaServer(data).start();
    private final PostgresServer postgres = new PostgresServer();
    private final List<byte[]> samples = BenchFiles.samples();
    private int runs;

    private ScaleBenchmark() throws IOException {
    }

    public static void main(String[] args) throws Exception {
        int seconds = args.length > 0 && args[0].matches("\\d{1,3}") ? Integer.parseInt(args[0]) : 20;
        ScaleBenchmark benchmark = new ScaleBenchmark();
        try {
            benchmark.awaitDatabase();
            benchmark.scaling(seconds);
            benchmark.processorTime(seconds);
        } finally {
            benchmark.kafka.close();
            benchmark.postgres.close();
            BenchFiles.delete(benchmark.data);
        }
        System.exit(0);
    }

    private void awaitDatabase() throws SQLException {
        for (int i = 0; ; i++) {
            try (Connection connection = DriverManager.getConnection(postgres.url())) {
                return;
            } catch (SQLException e) {
                if (i == 100) {
                    throw e;
                }
                LockSupport.parkNanos(ENGINE.toNanos());
            }
        }
    }

    private void scaling(int seconds) throws Exception {
        OUT.printf(Locale.ROOT, "an engine that waits %d ms, %d images in flight for each worker, Java %s, load %s%n",
                ENGINE.toMillis(), IN_FLIGHT, System.getProperty("java.version"), load());
        run(List.of(waiting()), WARM_UP);
        double one = 0;
        for (int workers : WORKERS) {
            double linear = workers * IN_FLIGHT * 1000.0 / ENGINE.toMillis();
            List<ScriptedEngine> engines = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                engines.add(waiting());
            }
            Run run = run(engines, (int) (linear * seconds));
            one = workers == 1 ? run.perSecond : one;
            OUT.printf(Locale.ROOT, "%d workers: %.1f images/s, %.2f of what the engine allows, %.2f of %d times one worker;"
                    + " processor time per image %.2f ms here, %.2f ms in the servers; load %s%n", workers, run.perSecond,
                    run.perSecond / linear, run.perSecond / workers / one, workers, run.here, run.servers, load());
        }
    }

    private static ScriptedEngine waiting() {
        return new ScriptedEngine(image -> {
            long end = System.nanoTime() + ENGINE.toNanos();
            for (long left = ENGINE.toNanos(); left > 0; left = end - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        });
    }

    /** Compares with the route of one machine, in turns, with the real model. */
    private void processorTime(int seconds) throws Exception {
        int count = 40 * seconds;
        run(List.of(), count);
        oneMachine(count);
        Medians figures = new Medians();
        for (int round = 0; round < ROUNDS; round++) {
            Run one = oneMachine(count);
            Run roles = run(List.of(), count);
            figures.add("watch-folder", one.here);
            figures.add("dispatch and work", roles.here);
            figures.add("Kafka and PostgreSQL", roles.servers);
        }
        for (String name : figures.names()) {
            OUT.printf(Locale.ROOT, "%-21s processor time per image %.2f ms (%s); %s; load %s%n", name, figures.median(name),
                    figures.ratio(name, "watch-folder"), figures.rounds(name), load());
        }
    }

    /** The figures of a run; processor time in milliseconds per image. */
    private record Run(double perSecond, double here, double servers) {
    }

    private Run oneMachine(int count) throws Exception {
        Path folder = Files.createDirectory(data.resolve("one-" + runs++));
        try (WatchedFolder program = new WatchedFolder(folder).with("samples.enabled", "false").with("inbox.delay", "10").start()) {
            return measure(folder, List.of(program), count);
        }
    }

    /** @param engines one for each worker; empty for one worker with the real model */
    private Run run(List<ScriptedEngine> engines, int count) throws Exception {
        Path folder = Files.createDirectory(data.resolve("shared-" + runs));
        String topic = "images-" + runs++;
        kafka.createTopic(topic, PARTITIONS, Map.of());
        List<WatchedFolder> workers = new ArrayList<>();
        try (WatchedFolder dispatcher = role(folder, "dispatch", topic).start()) {
            if (engines.isEmpty()) {
                workers.add(role(folder, "work", topic).start());
            }
            for (ScriptedEngine engine : engines) {
                workers.add(role(folder, "work", topic).with(engine).with("scale.inFlight", String.valueOf(IN_FLIGHT)).start());
            }
            return measure(folder, workers, count);
        } finally {
            workers.forEach(WatchedFolder::close);
        }
    }

    private WatchedFolder role(Path folder, String role, String topic) {
        return new WatchedFolder(folder).with("routes", role).with("samples.enabled", "false").with("inbox.delay", "10")
                .with("delivery.database", postgres.url()).with("kafka.brokers", kafka.address()).with("scale.topic", topic)
                .with("scale.local", folder.resolve("local").toString())
                .with("scale.election", folder.resolve("election").toString());
    }

    /** Measures from a tenth of the images to nine tenths, so that neither the start nor the last images count. */
    private Run measure(Path folder, List<WatchedFolder> programs, int count) throws IOException {
        Path waiting = Files.createDirectories(folder.resolve("waiting"));
        for (int i = 0; i < count; i++) {
            Files.write(waiting.resolve(i + ".jpg"), samples.get(i % samples.size()));
        }
        Files.move(waiting, folder.resolve("inbox").resolve("batch"));
        await(programs, count / 10);
        long begin = System.nanoTime();
        double here = FolderBenchmark.cpuMillis();
        double servers = serverMillis();
        long endedBefore = ended(programs);
        await(programs, count * 9 / 10);
        double ended = ended(programs) - endedBefore;
        Run run = new Run(ended * TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - begin),
                (FolderBenchmark.cpuMillis() - here) / ended, (serverMillis() - servers) / ended);
        await(programs, count);
        return run;
    }

    private static void await(List<WatchedFolder> programs, long images) {
        while (ended(programs) < images) {
            LockSupport.parkNanos(5_000_000);
        }
    }

    private static long ended(List<WatchedFolder> programs) {
        return programs.stream().mapToLong(program -> ImageTally.of(program.context()).ended()).sum();
    }

    /** Returns the processor time of the servers that this process started. */
    private static double serverMillis() {
        return ProcessHandle.current().descendants()
                .mapToLong(process -> process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis()).sum();
    }

    private static String load() throws IOException {
        return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
    }
}
