package io.github.camelroboflow.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.AwsCredentials;
import io.github.camelroboflow.app.fixture.S3Server;
import io.github.camelroboflow.app.fixture.ScriptedEngine;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.apache.camel.component.seda.SedaEndpoint;

/**
 * Measures images per second from a bucket of S3Proxy on this machine to results, against the bare loop on the same images, and
 * against the route with an engine that takes no time. With the argument {@code memory}, measures the memory while objects of 200
 * MB go through the route, eight at a time, to a fake of Roboflow's server that answers at once. (The embedded engine would keep
 * each image in memory.)
 */
public final class BucketBenchmark {

    private static final Path WEIGHTS = Path.of("config/models/parts-detect/1/weights.onnx");
    private static final int BARE = 1000;
    private static final int LARGE = 8;
    private static final PrintStream OUT = System.out;

    private BucketBenchmark() {
    }

    public static void main(String[] args) throws Exception {
        AwsCredentials.provide();
        Path data = Files.createTempDirectory(Path.of("target"), "bench").toAbsolutePath();
        try (S3Server s3 = new S3Server(data).start()) {
            s3.client().createBucket(request -> request.bucket("images"));
            if (args.length > 0 && args[0].equals("memory")) {
                memory(data, s3);
            } else {
                speed(data, s3, args.length > 0 ? Integer.parseInt(args[0]) : 1000);
            }
        } finally {
            BenchFiles.delete(data);
        }
        System.exit(0);
    }

    private static void speed(Path data, S3Server s3, int count) throws Exception {
        List<byte[]> samples = BenchFiles.samples();
        int threads = Runtime.getRuntime().availableProcessors();
        OUT.printf(Locale.ROOT, "%d objects, %d threads, Java %s%n", count, threads, System.getProperty("java.version"));
        run(data, s3, samples, 300, new WatchedFolder(data));
        List<byte[]> images = IntStream.range(0, Math.min(count, BARE)).mapToObj(i -> samples.get(i % samples.size())).toList();
        try (BareLoop loop = new BareLoop(WEIGHTS, 320)) {
            loop.run(images.subList(0, Math.min(300, images.size())), threads);
            bare(loop, images, threads).report("bare loop, before", images.size());
            run(data, s3, samples, count, new WatchedFolder(data)).report("bucket to results", count);
            bare(loop, images, threads).report("bare loop, after", images.size());
        }
        run(data, s3, samples, count, new WatchedFolder(data).with(new ScriptedEngine(image -> { })))
                .report("bucket to results, with an engine that takes no time", count);
        OUT.printf("peak memory (resident): %s%n", FolderBenchmark.status("VmHWM"));
    }

    /** The duration of a run in seconds, and this process's processor time in milliseconds. */
    private record Took(double seconds, double cpu) {

        void report(String what, int count) {
            OUT.printf(Locale.ROOT, "%s: %.1f images/s, %.1f ms of processor time for each%n", what, count / seconds, cpu / count);
        }
    }

    private static Took bare(BareLoop loop, List<byte[]> images, int threads) throws Exception {
        double before = FolderBenchmark.cpuMillis();
        double seconds = loop.run(images, threads);
        return new Took(seconds, FolderBenchmark.cpuMillis() - before);
    }

    private static void memory(Path data, S3Server s3) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", BucketBenchmark::answer);
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
        String address = "http://127.0.0.1:" + server.getAddress().getPort();
        run(data, s3, BenchFiles.samples(), 300, hosted(data, address));
        OUT.printf("after 300 sample images: resident at most %s, heap in use at most %d MB%n",
                FolderBenchmark.status("VmHWM"), heap());
        Path large = data.resolve("large.jpg");
        try (OutputStream file = Files.newOutputStream(large)) {
            file.write(BenchFiles.samples().get(0));
            for (int i = 0; i < 200; i++) {
                file.write(new byte[1_000_000]);
            }
        }
        String inbox = "inbox/large/";
        IntStream.range(0, LARGE).forEach(i -> s3.client().putObject(request -> request.bucket("images").key(inbox + i + ".jpg"),
                large));
        Took took = run(data, s3, inbox, LARGE, hosted(data, address));
        OUT.printf(Locale.ROOT, "after %d objects of 200 MB, in %.1f s: resident at most %s, heap in use at most %d MB%n", LARGE,
                took.seconds(), FolderBenchmark.status("VmHWM"), heap());
    }

    private static WatchedFolder hosted(Path data, String server) {
        return new WatchedFolder(data).with("camel.component.roboflow.runtime", "hosted")
                .with("camel.component.roboflow.apiKey", "none")
                .with("camel.component.roboflow.apiUrl", server).with("camel.component.roboflow.task", "object-detection");
    }

    private static void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
        byte[] json = "{\"time\":0.1,\"image\":{\"width\":8,\"height\":8},\"predictions\":[]}".getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, json.length);
        exchange.getResponseBody().write(json);
        exchange.close();
    }

    /** Returns the sum of the peak use of each part of the heap, in MB; the peaks may be at different times. */
    private static long heap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream().filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage).mapToLong(usage -> usage.getUsed()).sum() >> 20;
    }

    /**
     * Puts objects into the inbox, then starts the route. Measures the time from the route's start until the last object is done.
     */
    private static Took run(Path data, S3Server s3, List<byte[]> samples, int count, WatchedFolder program) throws Exception {
        String inbox = "inbox" + System.nanoTime() + "/";
        IntStream.range(0, count).parallel()
                .forEach(i -> s3.put("images", inbox + i % 100 + "/" + i + ".jpg", samples.get(i % samples.size())));
        return run(data, s3, inbox, count, program);
    }

    private static Took run(Path data, S3Server s3, String inbox, int count, WatchedFolder program) throws Exception {
        CountDownLatch left = new CountDownLatch(count);
        s3.properties(data).forEach(program::with);
        try (WatchedFolder route = program.with("routes", "watch-bucket").with("s3.inbox", inbox).with("s3.done", "done-" + inbox)
                .with("s3.delay", "1000")) {
            route.with(new Finished(left, SedaEndpoint.class)).start();
            double before = FolderBenchmark.cpuMillis();
            long start = System.nanoTime();
            left.await();
            return new Took((System.nanoTime() - start) / 1e9, FolderBenchmark.cpuMillis() - before);
        }
    }
}
