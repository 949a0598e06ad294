package io.github.camelroboflow.bench;

import io.github.camelroboflow.app.Main;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Measures the route batch in a process of its own, as an operator runs it: time and processor time, with its start, against the
 * bare loop on the same images, peak memory, and the rest of a run that was killed when half of it was done. The argument is the
 * number of images.
 */
public final class BatchBenchmark {

    private static final Path WEIGHTS = Path.of("config/models/parts-detect/1/weights.onnx");
    private static final PrintStream OUT = System.out;
    private static final long LOOK = 200;

    private BatchBenchmark() {
    }

    public static void main(String[] args) throws Exception {
        int count = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
        int threads = Runtime.getRuntime().availableProcessors();
        Path data = Files.createTempDirectory(Path.of("target"), "bench");
        try {
            List<byte[]> samples = BenchFiles.samples("12-megapixels.jpg");
            Path in = images(samples, count, data.resolve("in"));
            OUT.printf(Locale.ROOT, "%,d sample images, %d threads, Java %s%n", count, threads, System.getProperty("java.version"));
            double cpu = FolderBenchmark.cpuMillis();
            double bare = bareLoop(samples, count, threads);
            double bareCpu = (FolderBenchmark.cpuMillis() - cpu) / 1000;
            OUT.printf(Locale.ROOT, "bare loop: %.1f s, %.1f s of processor time, %.1f images/s%s%n", bare, bareCpu, count / bare,
                    load());
            Measured whole = run(in, data.resolve("whole"), Integer.MAX_VALUE);
            OUT.printf(Locale.ROOT, "batch: %s, %.1f images/s, as fast as %.0f %% of the bare loop, %.0f %% by processor time%s%n",
                    whole, count / whole.seconds, 100 * bare / whole.seconds, 100 * bareCpu / whole.cpuSeconds, load());
            Measured half = run(in, data.resolve("killed"), count / 2);
            OUT.printf("killed at half: %s%n", half);
            Measured rest = run(in, data.resolve("killed"), Integer.MAX_VALUE);
            OUT.printf(Locale.ROOT, "rest: %s; both together %.1f s, %.0f %% of the whole run, %.0f %% by processor time%s%n", rest,
                    half.seconds + rest.seconds, 100 * (half.seconds + rest.seconds) / whole.seconds,
                    100 * (half.cpuSeconds + rest.cpuSeconds) / whole.cpuSeconds, load());
            OUT.printf("images with a result: %d, each once: %d%n", names(data.resolve("killed")).count(),
                    names(data.resolve("killed")).distinct().count());
        } finally {
            BenchFiles.delete(data);
        }
        System.exit(0);
    }

    private static String load() throws IOException {
        Path load = Path.of("/proc/loadavg");
        return Files.exists(load) ? ", load " + Files.readString(load).split(" ")[0] : "";
    }

    private static Path images(List<byte[]> samples, int count, Path in) throws IOException {
        for (int i = 0; i < count; i++) {
            Path folder = in.resolve("day " + i / 500);
            if (i % 500 == 0) {
                Files.createDirectories(folder);
            }
            Files.write(folder.resolve(i + ".jpg"), samples.get(i % samples.size()));
        }
        return in;
    }

    private static double bareLoop(List<byte[]> samples, int count, int threads) throws Exception {
        List<byte[]> images = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            images.add(samples.get(i % samples.size()));
        }
        try (BareLoop loop = new BareLoop(WEIGHTS, 320)) {
            loop.run(images.subList(0, Math.min(count, 200)), threads);
            return loop.run(images, threads);
        }
    }

    /** The figures of one process. */
    private record Measured(double seconds, double cpuSeconds, long peakMegabytes) {

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.1f s, %.1f s of processor time, peak memory %d MB", seconds, cpuSeconds,
                    peakMegabytes);
        }
    }

    /** Runs the program until it ends, or kills it when it has that many results. */
    private static Measured run(Path in, Path out, int killAt) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Process program = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), "-Droutes=batch", "-Din=" + in,
                "-Dout=" + out, Main.class.getName()).redirectErrorStream(true).redirectOutput(out.resolveSibling("log").toFile())
                .start();
        long peak = 0;
        double cpu = 0;
        while (!program.waitFor(LOOK, TimeUnit.MILLISECONDS)) {
            peak = Math.max(peak, peakMegabytes(program.pid()));
            cpu = Math.max(cpu, program.info().totalCpuDuration().map(Duration::toMillis).orElse(0L) / 1000.0);
            if (killAt < Integer.MAX_VALUE && Files.exists(out.resolve("results.jsonl")) && names(out).count() >= killAt) {
                program.destroyForcibly().waitFor();
            }
        }
        if (killAt == Integer.MAX_VALUE && program.exitValue() != 0) {
            throw new IllegalStateException("the batch failed: " + Files.readString(out.resolveSibling("log")));
        }
        return new Measured((System.nanoTime() - start) / 1e9, cpu, peak);
    }

    /** Returns the names of the images in the results. */
    private static Stream<String> names(Path out) throws IOException {
        return Files.readAllLines(out.resolve("results.jsonl")).stream().map(line -> line.replaceFirst("\\{\"image\":\"([^\"]*).*",
                "$1"));
    }

    private static long peakMegabytes(long pid) throws IOException {
        Path status = Path.of("/proc/" + pid + "/status");
        if (Files.notExists(status)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmHWM:")).mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst().orElse(0) / 1024;
        }
    }
}
