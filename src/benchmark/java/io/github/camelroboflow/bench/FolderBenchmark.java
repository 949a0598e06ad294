package io.github.camelroboflow.bench;

import com.sun.management.OperatingSystemMXBean;
import io.github.camelroboflow.app.WatchedFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures images per second through the shipped route against the bare loop in the same JVM with the same threads, interleaved.
 * With the argument {@code memory}, measures the memory after 1,000 and after 10,000 mixed files.
 */
public final class FolderBenchmark {

    private static final Path WEIGHTS = Path.of("config/models/parts-detect/1/weights.onnx");
    private static final int ROUNDS = 5;
    private static final PrintStream OUT = System.out;

    private FolderBenchmark() {
    }

    public static void main(String[] args) throws Exception {
        if (args.length > 0 && args[0].equals("memory")) {
            memory();
        } else {
            speed(args.length > 0 ? Integer.parseInt(args[0]) : 1000);
        }
        System.exit(0);
    }

    private static void speed(int count) throws Exception {
        List<byte[]> samples = BenchFiles.samples();
        List<byte[]> images = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            images.add(samples.get(i % samples.size()));
        }
        int threads = Runtime.getRuntime().availableProcessors();
        OUT.printf(Locale.ROOT, "%d sample images, %d threads, Java %s%n", count, threads, System.getProperty("java.version"));
        double[] bare = new double[ROUNDS];
        double[] route = new double[ROUNDS];
        double[] bareCpu = new double[ROUNDS];
        double[] routeCpu = new double[ROUNDS];
        try (BareLoop loop = new BareLoop(WEIGHTS, 320)) {
            loop.run(images, threads);
            try (RouteRun warmUp = new RouteRun(images)) {
                warmUp.seconds();
            }
            for (int round = 0; round < ROUNDS; round++) {
                double before = cpuMillis();
                bare[round] = count / loop.run(images, threads);
                bareCpu[round] = (cpuMillis() - before) / count;
                try (RouteRun run = new RouteRun(images)) {
                    before = cpuMillis();
                    route[round] = count / run.seconds();
                    routeCpu[round] = (cpuMillis() - before) / count;
                }
                OUT.printf(Locale.ROOT, "round %d: bare loop %.1f images/s, route %.1f images/s%n",
                        round + 1, bare[round], route[round]);
            }
        }
        OUT.printf(Locale.ROOT, "median: bare loop %.1f images/s, route %.1f images/s: %.0f %%%n", median(bare), median(route),
                100 * median(route) / median(bare));
        OUT.printf(Locale.ROOT, "processor time per image: bare loop %.1f ms, route %.1f ms%n", median(bareCpu), median(routeCpu));
        OUT.printf("peak memory (resident): %s%n", status("VmHWM"));
    }

    /** The route, with all images in a folder beside its inbox. */
    private static final class RouteRun implements AutoCloseable {

        private final Path data = Files.createTempDirectory(Path.of("target"), "bench");
        private final WatchedFolder folder = new WatchedFolder(data).with("inbox.delay", "10").start();
        private final Path waiting = Files.createDirectory(data.resolve("waiting"));
        private final CountDownLatch left;

        RouteRun(List<byte[]> images) throws IOException {
            left = new CountDownLatch(images.size());
            folder.context().getManagementStrategy().addEventNotifier(new Finished(left));
            for (int i = 0; i < images.size(); i++) {
                Files.write(waiting.resolve(i + ".jpg"), images.get(i));
            }
        }

        /** Puts the images into the inbox by one rename. Returns the seconds until the last image is done. */
        double seconds() throws IOException, InterruptedException {
            long start = System.nanoTime();
            Files.move(waiting, data.resolve("inbox/batch"));
            left.await();
            return (System.nanoTime() - start) / 1e9;
        }

        @Override
        public void close() throws IOException {
            folder.close();
            BenchFiles.delete(data);
        }
    }

    /** Returns the processor time of this process in milliseconds. */
    static double cpuMillis() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e6;
    }

    private static void memory() throws Exception {
        List<byte[]> samples = BenchFiles.samples();
        Path data = Files.createTempDirectory(Path.of("target"), "bench");
        try (WatchedFolder folder = new WatchedFolder(data).start()) {
            int dropped = 0;
            for (int count : new int[] {1_000, 2_000, 5_000, 10_000}) {
                for (; dropped < count; dropped++) {
                    byte[] sample = samples.get(dropped % samples.size());
                    folder.drop(switch (dropped % 20) {
                        case 7 -> new byte[0];
                        case 13 -> Arrays.copyOf(sample, sample.length / 2);
                        case 17 -> "no image".getBytes();
                        default -> sample;
                    }, "day " + dropped / 500 + "/" + dropped + ".jpg");
                }
                awaitEnd(folder, count);
                System.gc();
                Runtime runtime = Runtime.getRuntime();
                OUT.printf(Locale.ROOT, "after %,d files: resident %s, heap in use %d MB%n", count, status("VmRSS"),
                        (runtime.totalMemory() - runtime.freeMemory()) >> 20);
            }
        } finally {
            BenchFiles.delete(data);
        }
    }

    private static void awaitEnd(WatchedFolder folder, int count) {
        while (images(folder, "done") + images(folder, "failed") < count) {
            LockSupport.parkNanos(50_000_000);
        }
    }

    private static long images(WatchedFolder folder, String name) {
        return folder.files(name).stream().filter(file -> file.endsWith(".jpg")).count();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** Returns a line of Linux's status of this process; elsewhere unknown. */
    static String status(String key) throws IOException {
        Path status = Path.of("/proc/self/status");
        if (Files.notExists(status)) {
            return "unknown";
        }
        return Files.readAllLines(status).stream().filter(line -> line.startsWith(key + ":"))
                .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024 + " MB").findFirst().orElse("unknown");
    }
}
