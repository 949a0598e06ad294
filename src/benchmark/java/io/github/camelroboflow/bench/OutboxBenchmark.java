package io.github.camelroboflow.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.net.httpserver.HttpServer;
import io.github.camelroboflow.app.fixture.FreePorts;
import io.github.camelroboflow.delivery.database.DeliveryDatabase;
import io.github.camelroboflow.delivery.database.DeliveryDatabase.DatabaseSettings;
import io.github.camelroboflow.delivery.disk.Disk.Durability;
import io.github.camelroboflow.delivery.outbox.DeliveryStep;
import io.github.camelroboflow.delivery.outbox.Outbox;
import io.github.camelroboflow.delivery.outbox.Outbox.OutboxSettings;
import io.github.camelroboflow.delivery.outbox.Outbox.WebhookScheme;
import io.github.camelroboflow.delivery.outbox.Outbox.WebhookSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * Measures results per second into the outbox and out of it, the cost of a webhook per image through the outbox and through a
 * direct POST, and the cost of many outbox messages for a receiver that is down.
 */
public final class OutboxBenchmark {

    private static final PrintStream OUT = System.out;
    private static final int ROUNDS = 3;
    private static final int THREADS = 4;
    /** About the size of a result with ten objects. */
    private static final String PAYLOAD = "{\"predictions\": [" + "{\"x\": 830.0, \"y\": 292.0, \"class\": \"nut\"}, ".repeat(40)
            + "{}]}";

    private OutboxBenchmark() {
    }

    public static void main(String[] args) throws Exception {
        int count = args.length > 0 ? Integer.parseInt(args[0]) : 1000;
        // otherwise each answer waits for a TCP acknowledgement
        System.setProperty("sun.net.httpserver.nodelay", "true");
        Medians figures = new Medians();
        for (int round = 0; round <= ROUNDS; round++) {
            Medians kept = round == 0 ? new Medians() : figures;
            intoAndOut(count, kept);
            perImage(count, kept);
        }
        figures.names().forEach(name -> OUT.printf(Locale.ROOT, "%s: %.2f %s%n", name, figures.median(name), figures.rounds(name)));
        waiting(100_000);
        System.exit(0);
    }

    private static void intoAndOut(int count, Medians figures) throws Exception {
        int port = FreePorts.free();
        try (Program program = new Program("http://127.0.0.1:" + port + "/")) {
            figures.add("committed by 1 thread, rows/s", count / program.send("direct:outbox", count, 1));
            figures.add("committed by 4 threads, rows/s", count / program.send("direct:outbox", count, THREADS));
            CountDownLatch left = new CountDownLatch(2 * count);
            HttpServer server = server(port, left);
            // the first retry comes within the longest pause, which is not counted
            while (left.getCount() > 2L * count - 10) {
                Thread.onSpinWait();
            }
            long start = System.nanoTime();
            left.await();
            figures.add("sent to one receiver, rows/s", 2 * count / seconds(start));
            server.stop(0);
        }
    }

    private static void perImage(int count, Medians figures) throws Exception {
        int port = FreePorts.free();
        CountDownLatch left = new CountDownLatch(2 * count);
        HttpServer server = server(port, left);
        try (Program program = new Program("http://127.0.0.1:" + port + "/")) {
            double cpu = cpuMillis();
            figures.add("an image's wait for a POST of its own, ms", 1000 * program.send("direct:post", count, 1) / count);
            figures.add("processor time of that with the receiver's, ms", (cpuMillis() - cpu) / count);
            cpu = cpuMillis();
            figures.add("an image's wait for the outbox that sends meanwhile, ms",
                    1000 * program.send("direct:outbox", count, 1) / count);
            left.await();
            figures.add("processor time of that with the sending and the receiver's, ms", (cpuMillis() - cpu) / count);
        }
        server.stop(0);
    }

    private static void waiting(int count) throws Exception {
        int port = FreePorts.free();
        try (Program program = new Program("http://127.0.0.1:" + port + "/")) {
            program.send("direct:outbox", 1, 1);
            program.repeatWaiting(count);
            TimeUnit.SECONDS.sleep(2);
            double cpu = cpuMillis();
            TimeUnit.SECONDS.sleep(10);
            OUT.printf(Locale.ROOT,
                    "processor time while %,d rows wait for a dead receiver: %.0f ms in 10 s; database file %d MB%n", count,
                    cpuMillis() - cpu, Files.size(program.folder.resolve("delivery.mv.db")) >> 20);
            CountDownLatch left = new CountDownLatch(count);
            long start = System.nanoTime();
            HttpServer server = server(port, left);
            left.await();
            OUT.printf(Locale.ROOT, "until they were all sent after it was back: %.1f s%n", seconds(start));
            server.stop(0);
        }
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private static double cpuMillis() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e6;
    }

    private static HttpServer server(int port, CountDownLatch left) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
            left.countDown();
        });
        server.start();
        return server;
    }

    /** A Camel application with an outbox, and with a route that posts by itself. */
    private static final class Program implements AutoCloseable {

        private final Path folder = Files.createTempDirectory(Path.of("target"), "outbox");
        private final CamelContext context = new DefaultCamelContext();
        private final ProducerTemplate template = context.createProducerTemplate();
        private final AtomicInteger ids = new AtomicInteger();
        private final String database = "jdbc:h2:file:" + folder.toAbsolutePath().resolve("delivery") + ";AUTO_SERVER=TRUE";

        Program(String destination) throws Exception {
            DeliveryDatabase deliveries = new DeliveryDatabase(new DatabaseSettings(database, "", "", Durability.POWER));
            deliveries.setCamelContext(context);
            context.getRegistry().bind("outbox", new Outbox(deliveries, new OutboxSettings(folder.resolve("refused"),
                    Duration.ofHours(24), Duration.ofSeconds(1), Duration.ofSeconds(5), 8,
                    new WebhookSettings(Duration.ofSeconds(5), Duration.ofSeconds(30), WebhookScheme.STANDARD, ""))));
            DeliveryStep enqueue = new DeliveryStep();
            enqueue.setAlways(true);
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:outbox").setProperty(Outbox.DESTINATION, constant(destination)).process(enqueue);
                    from("direct:post").to(destination + "?httpMethod=POST");
                }
            });
            context.start();
        }

        /** Returns the seconds until all have gone through the route. */
        double send(String route, int count, int threads) throws InterruptedException {
            ExecutorService senders = Executors.newFixedThreadPool(threads);
            CountDownLatch left = new CountDownLatch(count);
            long start = System.nanoTime();
            for (int i = 0; i < count; i++) {
                senders.execute(() -> {
                    template.sendBodyAndHeaders(route, PAYLOAD, Map.of("Delivery-Id", "id-" + ids.incrementAndGet(), "Content-Type",
                            "application/json"));
                    left.countDown();
                });
            }
            left.await();
            senders.shutdown();
            return seconds(start);
        }

        /** Copies the one waiting row, so that the table has that number of rows. */
        void repeatWaiting(int count) throws SQLException {
            try (Connection connection = DriverManager.getConnection(database);
                 Statement statement = connection.createStatement()) {
                statement.executeUpdate("insert into delivery_outbox (destination, delivery_id, part, payload, is_text, headers,"
                        + " image, created, attempts, last_attempt, next_attempt, deadline, claimed_by, claimed_until)"
                        + " select destination, 'copy-' || x,"
                        + " part, payload, is_text, headers, image, created + x, 0, 0, created + x / 1000, deadline, '', 0"
                        + " from delivery_outbox cross join system_range(2, " + count + ")");
            }
        }

        @Override
        public void close() {
            context.stop();
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
