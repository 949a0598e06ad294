package io.github.camelroboflow.bench;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.AnnouncedBucket;
import io.github.camelroboflow.app.fixture.KafkaServer;
import io.github.camelroboflow.delivery.database.PostgresServer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures a dispatcher alone, with each of its sources: the images per second that it finds, claims and sends, and its processor
 * time for an image, from the first round to the last. All servers are on this machine. The argument is the number of images.
 */
public final class DispatchBenchmark {

    private static final byte[] CONTENT = {1, 2, 3};
    private static final String TABLE = "scale_claim";
    private static final PrintStream OUT = System.out;

    private final Path data = Files.createTempDirectory(Path.of("target"), "bench").toAbsolutePath();
    private final KafkaServer kafka = new KafkaServer(data).start();
    private final PostgresServer postgres = new PostgresServer();
    private final int count;

    private DispatchBenchmark(int count) throws IOException {
        this.count = count;
    }

    public static void main(String[] args) throws Exception {
        int count = args.length > 0 && args[0].matches("\\d{1,7}") ? Integer.parseInt(args[0]) : 5000;
        DispatchBenchmark benchmark = new DispatchBenchmark(count);
        try {
            OUT.printf(Locale.ROOT, "%d images, Java %s%n", count, System.getProperty("java.version"));
            // the first run warms up
            benchmark.folder("warm-up");
            benchmark.folder("folder");
            for (AnnouncedBucket.Servers servers : AnnouncedBucket.Servers.values()) {
                benchmark.bucket(servers, false);
                benchmark.bucket(servers, true);
            }
        } finally {
            benchmark.kafka.close();
            benchmark.postgres.close();
            BenchFiles.delete(benchmark.data);
        }
        System.exit(0);
    }

    private void folder(String name) throws Exception {
        Path inbox = Files.createDirectories(data.resolve(name).resolve("inbox"));
        for (int i = 0; i < count; i++) {
            Files.write(inbox.resolve(i + ".jpg"), CONTENT);
        }
        measure(name, Map.of("inbox.unchangedFor", "0"));
    }

    private void bucket(AnnouncedBucket.Servers servers, boolean events) throws Exception {
        try (AnnouncedBucket bucket = servers.open()) {
            String source = events ? bucket.events() : bucket.server().noun();
            for (int i = 0; i < count; i++) {
                String event = bucket.put("inbox/" + i + ".jpg", CONTENT);
                if (events) {
                    bucket.send(event);
                }
            }
            Map<String, String> properties = bucket.properties(data.resolve(source));
            properties.put("scale.source", source);
            measure(source, properties);
        }
    }

    private void measure(String source, Map<String, String> properties) throws Exception {
        Path folder = Files.createDirectories(data.resolve(source));
        kafka.createTopic(source, 4, Map.of());
        String database = postgres.urlOfNewDatabase();
        WatchedFolder dispatcher = new WatchedFolder(folder);
        properties.forEach(dispatcher::with);
        dispatcher.with("routes", "dispatch").with("samples.enabled", "false").with("inbox.delay", "10")
                .with("delivery.database", database).with("kafka.brokers", kafka.address()).with("scale.topic", source)
                .with("scale.backlog", "1000000").with("scale.local", folder.resolve("local").toString())
                .with("scale.election", folder.resolve("election").toString());
        try (WatchedFolder program = dispatcher.start(); Connection connection = DriverManager.getConnection(database)) {
            int first = await(connection, 1);
            long begin = System.nanoTime();
            double processor = FolderBenchmark.cpuMillis();
            double sent = await(connection, count) - first;
            OUT.printf(Locale.ROOT, "%-17s %.0f images/s, processor time per image %.3f ms; load %s%n", source,
                    sent * TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - begin),
                    (FolderBenchmark.cpuMillis() - processor) / sent, Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
        }
    }

    /** Waits until so many images were sent. Returns their number. */
    private static int await(Connection connection, int least) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (int sent = 0;; LockSupport.parkNanos(20_000_000)) {
                // the dispatcher makes the table
                try (ResultSet row = statement.executeQuery("select to_regclass('" + TABLE + "')")) {
                    row.next();
                    if (row.getString(1) == null) {
                        continue;
                    }
                }
                try (ResultSet row = statement.executeQuery("select count(*) from " + TABLE + " where sends > 0")) {
                    row.next();
                    sent = row.getInt(1);
                }
                if (sent >= least) {
                    return sent;
                }
            }
        }
    }
}
