package io.github.camelroboflow.bench;

import static io.github.camelroboflow.inference.InferenceOption.TILE;

import com.sun.management.UnixOperatingSystemMXBean;
import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.embedded.EmbeddedEngine;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InferenceEngine;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * A long run of the sample images through the engine, as many at a time as there are processors. One image in twenty is truncated,
 * and one in fifty is run in tiles. Prints memory, open files and latency during the run, and at the end the last values against
 * the first.
 */
public final class EngineEndurance {

    private static final ModelId MODEL = new ModelId("parts-detect/1");
    private static final InferenceOptions TILED = InferenceOptions.DEFAULTS.with(TILE, new ImageSize(640, 640));
    private static final int WINDOW = 1000;
    private static final PrintStream OUT = System.out;

    private final InferenceEngine engine = new EmbeddedEngine(Path.of("config/models"));
    private final List<ImageSource> samples;
    private final List<ImageSource> damaged;

    /** Milliseconds of each complete image that is run without tiles; 0 for others. */
    private final double[] latencies;

    private EngineEndurance(int count) throws IOException {
        latencies = new double[count];
        try (Stream<Path> files = Files.list(WatchedFolder.SAMPLES)) {
            samples = files.sorted().map(ImageSource::of).toList();
        }
        damaged = samples.stream().map(EngineEndurance::cutOff).toList();
    }

    private static ImageSource cutOff(ImageSource image) {
        try {
            byte[] bytes = image.bytes();
            return ImageSource.of(image.name(), Arrays.copyOf(bytes, bytes.length / 2));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param args the number of images */
    public static void main(String[] args) throws Exception {
        new EngineEndurance(Integer.parseInt(args[0])).run();
        System.exit(0);
    }

    private void run() throws Exception {
        int count = latencies.length;
        int firstTenth = Math.max(WINDOW, count / 10) / WINDOW * WINDOW;
        int threads = Runtime.getRuntime().availableProcessors();
        OUT.printf(Locale.ROOT, "%,d images, %d at a time, Java %s%n", count, threads, System.getProperty("java.version"));
        InferenceEngine.OpenModel model = engine.open(MODEL);
        long residentFirst = 0;
        long openFirst = 0;
        long start = System.nanoTime();
        for (int done = 0; done < count; done += WINDOW) {
            infer(done, Math.min(count, done + WINDOW), threads);
            if (done + WINDOW == firstTenth) {
                residentFirst = resident();
                openFirst = openFiles();
            }
            if (done % firstTenth == 0 || done + WINDOW == firstTenth || done + WINDOW >= count) {
                OUT.printf(Locale.ROOT, "after %,7d: resident %d MB, %d files open, %.1f ms, %.0f images/s%n",
                        Math.min(count, done + WINDOW), resident() >> 20, openFiles(), median(done),
                        Math.min(count, done + WINDOW) / ((System.nanoTime() - start) / 1e9));
            }
        }
        OUT.printf(Locale.ROOT, "resident memory after the last thousand: %.3f of that after the first %,d%n",
                (double) resident() / residentFirst, firstTenth);
        OUT.printf("open files: %d after the first %,d, %d at the end%n", openFirst, firstTenth, openFiles());
        OUT.printf(Locale.ROOT, "median latency: %.2f ms of the second thousand, %.2f ms of the last: %.3f%n", median(WINDOW),
                median(count - WINDOW), median(count - WINDOW) / median(WINDOW));
        model.close();
        engine.close();
    }

    /** Runs images on these threads. Each thread waits for its image before it takes the next. */
    private void infer(int from, int to, int threads) throws InterruptedException {
        AtomicInteger next = new AtomicInteger(from);
        AtomicLong failures = new AtomicLong();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        for (int thread = 0; thread < threads; thread++) {
            pool.execute(() -> {
                for (int i = next.getAndIncrement(); i < to; i = next.getAndIncrement()) {
                    failures.addAndGet(infer(i) ? 0 : 1);
                }
            });
        }
        pool.shutdown();
        if (!pool.awaitTermination(1, TimeUnit.HOURS) || failures.get() > 0) {
            throw new IllegalStateException(failures + " images of those from " + from + " ended otherwise than expected");
        }
    }

    /** Runs an image and returns whether it ended as expected. */
    private boolean infer(int i) {
        int sample = i % samples.size();
        boolean broken = i % 20 == 7;
        boolean tiled = i % 50 == 13;
        long start = System.nanoTime();
        try {
            engine.infer(MODEL, List.of((broken ? damaged : samples).get(sample)), tiled ? TILED : InferenceOptions.DEFAULTS)
                    .toCompletableFuture().join();
        } catch (CompletionException e) {
            return broken && e.getCause() instanceof InvalidImageException;
        }
        latencies[i] = tiled ? 0 : (System.nanoTime() - start) / 1e6;
        return !broken;
    }

    private double median(int from) {
        double[] window = Arrays.stream(latencies, Math.max(0, from), Math.min(latencies.length, from + WINDOW))
                .filter(millis -> millis > 0).sorted().toArray();
        return window.length == 0 ? Double.NaN : window[window.length / 2];
    }

    /** Returns the resident memory in bytes on Linux; -1 elsewhere. */
    private static long resident() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (Files.notExists(status)) {
            return -1;
        }
        return Files.readAllLines(status).stream().filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10).findFirst().orElse(-1);
    }

    /** Returns the number of open file descriptors; -1 if the system does not report it. */
    private static long openFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getOpenFileDescriptorCount() : -1;
    }
}
