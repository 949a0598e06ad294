package io.github.camelroboflow.bench;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.AwsCredentials;
import io.github.camelroboflow.app.fixture.Broker;
import io.github.camelroboflow.app.fixture.KafkaServer;
import io.github.camelroboflow.app.fixture.RoutingTable;
import io.github.camelroboflow.app.fixture.S3Server;
import io.github.camelroboflow.app.fixture.ScriptedEngine;
import io.github.camelroboflow.app.fixture.SmtpServer;
import io.github.camelroboflow.app.fixture.SqsServer;
import io.github.camelroboflow.app.fixture.WebhookServer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures the cost of each destination per image: the time until images with the destination are done, minus the time for images
 * without one, in the same JVM, interleaved, with servers on this machine and an engine that takes no time.
 */
public final class DestinationBenchmark {

    private static final int ROUNDS = 5;
    private static final int WARM_UP = 200;
    private static final String MAIL = "kamelet:mail?to=ops@example.com&from=camera@example.com&annotated=false";
    private static final PrintStream OUT = System.out;

    private DestinationBenchmark() {
    }

    public static void main(String[] args) throws Exception {
        // the number of images, and the names of the destinations if not all of them
        List<String> options = args.length > 0 ? List.of(args[0].split(",")) : List.of("1000");
        int count = Integer.parseInt(options.get(0));
        AwsCredentials.provide();
        Path data = Files.createTempDirectory(Path.of("target"), "bench").toAbsolutePath();
        try (Servers servers = new Servers(data)) {
            Map<String, RoutingTable> tables = new LinkedHashMap<>();
            tables.put("none", new RoutingTable().when("nut", "kamelet:folder?name=none"));
            Map.of("folder", "kamelet:folder?name=all", "folder with image", "kamelet:folder?name=copies&image=true",
                    "s3", "kamelet:s3?bucket=all", "queue (ActiveMQ)", "kamelet:queue?name=all",
                    "queue (AMQP)", "kamelet:queue?name=all", "kafka", "kamelet:kafka?topic=all",
                    "sqs", "kamelet:sqs?queue=all", "webhook", "kamelet:webhook?url={{receiver}}", "mqtt", "kamelet:mqtt?topic=all",
                    "mail", MAIL + "&perHour=0")
                    .entrySet().stream().sorted(Map.Entry.comparingByKey())
                    .forEach(entry -> tables.put(entry.getKey(), new RoutingTable().when("*", entry.getValue())));
            tables.put("counted mail", new RoutingTable().when("*", MAIL));
            tables.keySet().removeIf(name -> options.size() > 1 && !name.equals("none") && !options.contains(name));
            measure(count, data, servers, tables);
        } finally {
            BenchFiles.delete(data);
        }
        System.exit(0);
    }

    private static void measure(int count, Path data, Servers servers, Map<String, RoutingTable> tables) throws Exception {
        int threads = Runtime.getRuntime().availableProcessors();
        OUT.printf(Locale.ROOT, "%d images, %d threads, Java %s%n", count, threads, System.getProperty("java.version"));
        Medians seconds = new Medians();
        Medians received = new Medians();
        for (int round = 0; round < ROUNDS; round++) {
            for (Map.Entry<String, RoutingTable> one : tables.entrySet()) {
                Path folder = Files.createTempDirectory(data, "run");
                try (WatchedFolder program = servers.program(folder, one.getKey()).with(one.getValue()).start()) {
                    run(WARM_UP, folder, program, servers, "warm");
                    double[] times = run(count, folder, program, servers, "batch");
                    seconds.add(one.getKey(), times[0]);
                    received.add(one.getKey(), times[1]);
                }
                BenchFiles.delete(folder);
            }
        }
        double none = seconds.median("none");
        OUT.printf("%-20s %12s %22s %14s%n", "destination", "images/s", "ms per image more", "all received");
        for (String name : seconds.names()) {
            double median = seconds.median(name);
            OUT.printf(Locale.ROOT, "%-20s %12.0f %22.3f %12.2f s   rounds (s) %s%n", name, count / median,
                    (median - none) * 1000 / count, received.median(name), seconds.rounds(name));
        }
        OUT.printf("with %d images at once: a time per image times %d is how long one takes%n", threads, threads);
    }

    /** Returns the seconds until the images are done, and until the receivers of webhooks have all results. */
    private static double[] run(int count, Path folder, WatchedFolder program, Servers servers, String batch)
            throws IOException, InterruptedException {
        CountDownLatch left = new CountDownLatch(count);
        program.context().getManagementStrategy().addEventNotifier(new Finished(left));
        Path waiting = Files.createDirectory(folder.resolve("waiting-" + batch));
        for (int i = 0; i < count; i++) {
            Files.write(waiting.resolve(i + ".jpg"), new byte[] {1});
        }
        servers.receiver.received().clear();
        boolean webhooks = program.context().getEndpoints().stream()
                .anyMatch(endpoint -> endpoint.getEndpointUri().contains("webhook"));
        long start = System.nanoTime();
        Files.move(waiting, folder.resolve("inbox").resolve(batch));
        left.await();
        double done = (System.nanoTime() - start) / 1e9;
        while (webhooks && servers.receiver.received().size() < count) {
            LockSupport.parkNanos(1_000_000);
        }
        return new double[] {done, (System.nanoTime() - start) / 1e9};
    }

    /** One server of each kind, on this machine. */
    private static final class Servers implements AutoCloseable {

        private final S3Server s3;
        private final Broker activeMq = Broker.activeMq().start();
        private final Broker artemis;
        private final KafkaServer kafka;
        private final SqsServer sqs;
        private final WebhookServer receiver = new WebhookServer().start();
        private final SmtpServer mails = new SmtpServer().start();

        Servers(Path data) throws IOException {
            s3 = new S3Server(Files.createDirectory(data.resolve("s3"))).start();
            artemis = Broker.artemis(Files.createDirectory(data.resolve("artemis"))).start();
            kafka = new KafkaServer(Files.createDirectory(data.resolve("kafka"))).start();
            sqs = new SqsServer(Files.createDirectory(data.resolve("sqs"))).start();
            s3.client().createBucket(request -> request.bucket("all"));
            sqs.client().createQueue(request -> request.queueName("all"));
            kafka.createTopic("all");
        }

        WatchedFolder program(Path folder, String name) {
            return new WatchedFolder(folder).with(ScriptedEngine.finding(ScriptedEngine.at(1, 1, "bolt"))).with("inbox.delay", "10")
                    .with("s3.overrideEndpoint", "true").with("s3.endpoint", s3.address()).with("s3.forcePathStyle", "true")
                    .with("queue.broker", (name.contains("AMQP") ? artemis : activeMq).address())
                    .with("kafka.brokers", kafka.address()).with("sqs.overrideEndpoint", "true")
                    .with("sqs.endpoint", sqs.address()).with("sqs.queues", sqs.queues())
                    .with("receiver", receiver.address()).with("mqtt.broker", artemis.address().replace("amqp:", "mqtt:"))
                    .with("mail.server", mails.address()).with("mail.security", "none");
        }

        @Override
        public void close() {
            s3.close();
            activeMq.close();
            artemis.close();
            kafka.close();
            sqs.close();
            receiver.close();
            mails.close();
        }
    }
}
