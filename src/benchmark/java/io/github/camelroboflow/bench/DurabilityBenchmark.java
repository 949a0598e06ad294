package io.github.camelroboflow.bench;

import io.github.camelroboflow.app.WatchedFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** Measures images per second through the shipped route with {@code durability=power} against {@code process}, interleaved. */
public final class DurabilityBenchmark {

    private static final int ROUNDS = 7;
    private static final PrintStream OUT = System.out;

    private DurabilityBenchmark() {
    }

    public static void main(String[] args) throws Exception {
        int count = args.length > 0 ? Integer.parseInt(args[0]) : 1000;
        List<byte[]> images = new ArrayList<>();
        try (Stream<Path> files = Files.list(WatchedFolder.SAMPLES)) {
            for (Path file : files.sorted().toList()) {
                images.add(Files.readAllBytes(file));
            }
        }
        OUT.printf(Locale.ROOT, "%d sample images, %d threads, Java %s, below %s%n", count,
                Runtime.getRuntime().availableProcessors(), System.getProperty("java.version"), Path.of("target").toAbsolutePath());
        run("process", images, count / 4);
        List<Double> ratios = new ArrayList<>();
        for (int round = 1; round <= ROUNDS; round++) {
            boolean powerFirst = round % 2 == 0;
            double first = run(powerFirst ? "power" : "process", images, count);
            double second = run(powerFirst ? "process" : "power", images, count);
            double power = powerFirst ? first : second;
            double process = powerFirst ? second : first;
            ratios.add(power / process);
            OUT.printf(Locale.ROOT, "round %d: process %.1f images/s, power %.1f images/s: %.0f %%%n", round, process, power,
                    100 * power / process);
        }
        ratios.sort(null);
        OUT.printf(Locale.ROOT, "power against process: median %.0f %%, %.0f to %.0f %%%n", 100 * ratios.get(ROUNDS / 2),
                100 * ratios.get(0), 100 * ratios.get(ROUNDS - 1));
        System.exit(0);
    }

    private static double run(String durability, List<byte[]> images, int count) throws IOException, InterruptedException {
        Path data = Files.createTempDirectory(Path.of("target"), "bench");
        CountDownLatch left = new CountDownLatch(count);
        try (WatchedFolder folder = new WatchedFolder(data).with("inbox.delay", "10").with("durability", durability).start()) {
            Path waiting = Files.createDirectory(data.resolve("waiting"));
            for (int i = 0; i < count; i++) {
                Files.write(waiting.resolve(i + ".jpg"), images.get(i % images.size()));
            }
            folder.context().getManagementStrategy().addEventNotifier(new Finished(left));
            long start = System.nanoTime();
            Files.move(waiting, data.resolve("inbox/batch"));
            left.await();
            return count * 1e9 / (System.nanoTime() - start);
        } finally {
            BenchFiles.delete(data);
        }
    }
}
