package io.github.camelroboflow.bench;

import io.github.camelroboflow.app.WatchedFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Images per second through the shipped route against the bare loop in the same JVM with the same threads, interleaved; or, with the
 * argument {@code memory}, the memory after 1,000 and after 10,000 mixed files.
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
        List<byte[]> samples = samples();
        List<byte[]> images = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            images.add(samples.get(i % samples.size()));
        }
        int threads = Runtime.getRuntime().availableProcessors();
        OUT.printf(Locale.ROOT, "%d sample images, %d threads, Java %s%n", count, threads, System.getProperty("java.version"));
        double[] bare = new double[ROUNDS];
        double[] route = new double[ROUNDS];
        try (BareLoop loop = new BareLoop(WEIGHTS)) {
            loop.run(images, threads);
            route(images);
            for (int round = 0; round < ROUNDS; round++) {
                bare[round] = count / loop.run(images, threads);
                route[round] = count / route(images);
                OUT.printf(Locale.ROOT, "round %d: bare loop %.1f images/s, route %.1f images/s%n", round + 1, bare[round], route[round]);
            }
        }
        OUT.printf(Locale.ROOT, "median: bare loop %.1f images/s, route %.1f images/s: %.0f %%%n", median(bare), median(route),
                100 * median(route) / median(bare));
        OUT.printf("peak memory (resident): %s%n", status("VmHWM"));
    }

    /** Puts all images into the inbox of the running route by renames; returns the seconds until the last is done. */
    private static double route(List<byte[]> images) throws IOException {
        Path data = Files.createTempDirectory(Path.of("target"), "bench");
        try (WatchedFolder folder = new WatchedFolder(data).with("inbox.delay", "10").start()) {
            Path waiting = Files.createDirectory(data.resolve("waiting"));
            for (int i = 0; i < images.size(); i++) {
                Files.write(waiting.resolve(i + ".jpg"), images.get(i));
            }
            long start = System.nanoTime();
            Files.move(waiting, data.resolve("inbox/batch"));
            awaitEnd(folder, images.size());
            return (System.nanoTime() - start) / 1e9;
        } finally {
            delete(data);
        }
    }

    private static void memory() throws Exception {
        List<byte[]> samples = samples();
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
            delete(data);
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

    private static List<byte[]> samples() throws IOException {
        List<byte[]> samples = new ArrayList<>();
        try (Stream<Path> files = Files.list(WatchedFolder.SAMPLES)) {
            for (Path file : files.sorted().toList()) {
                samples.add(Files.readAllBytes(file));
            }
        }
        return samples;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** A line of what Linux tells of this process; elsewhere unknown. */
    private static String status(String key) throws IOException {
        Path status = Path.of("/proc/self/status");
        if (Files.notExists(status)) {
            return "unknown";
        }
        return Files.readAllLines(status).stream().filter(line -> line.startsWith(key + ":"))
                .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024 + " MB").findFirst().orElse("unknown");
    }
}
