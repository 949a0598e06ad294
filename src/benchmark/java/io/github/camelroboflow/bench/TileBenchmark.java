package io.github.camelroboflow.bench;

import static io.github.camelroboflow.inference.InferenceOption.TILE;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.embedded.EmbeddedEngine;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InferenceEngine;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;

/** Measures time and memory of one image at a time, as a whole and in tiles, by image size. */
public final class TileBenchmark {

    private static final ModelId MODEL = new ModelId("parts-detect/1");
    private static final int ROUNDS = 7;
    private static final PrintStream OUT = System.out;

    private TileBenchmark() {
    }

    /** @param args the side of the tiles in pixels; 640 if it is 1000 or more */
    public static void main(String[] args) throws Exception {
        int side = args.length > 0 && Integer.parseInt(args[0]) < 1000 ? Integer.parseInt(args[0]) : 640;
        InferenceOptions tiled = InferenceOptions.DEFAULTS.with(TILE, new ImageSize(side, side));
        Path image = Files.createTempFile(Path.of("target"), "bench", ".jpg");
        OUT.printf(Locale.ROOT, "tiles of %d pixels, %d processors, Java %s%n%n", side, Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.version"));
        OUT.println("| megapixels | whole, ms | in tiles, ms | whole, peak MB above idle | in tiles, peak MB above idle |");
        OUT.println("|---|---|---|---|---|");
        try (InferenceEngine engine = new EmbeddedEngine(Path.of("config/models"))) {
            engine.open(MODEL);
            for (int[] size : new int[][] {{1200, 900}, {2000, 1500}, {4000, 3000}, {5800, 4350}, {8192, 6144}, {11400, 8550}}) {
                write(image, size[0], size[1]);
                Run whole = run(engine, image, InferenceOptions.DEFAULTS);
                Run parts = run(engine, image, tiled);
                OUT.printf(Locale.ROOT, "| %.1f | %.0f | %.0f | %d | %d |%n", (double) size[0] * size[1] / 1e6, whole.millis,
                        parts.millis, whole.peak >> 20, parts.peak >> 20);
            }
        } finally {
            Files.delete(image);
        }
        System.exit(0);
    }

    private record Run(double millis, long peak) {
    }

    private static Run run(InferenceEngine engine, Path image, InferenceOptions options) throws IOException {
        double[] millis = new double[ROUNDS];
        long peak = 0;
        for (int i = 0; i < ROUNDS; i++) {
            long idle = memory("VmRSS");
            resetPeak();
            long start = System.nanoTime();
            engine.infer(MODEL, List.of(ImageSource.of(image)), options).toCompletableFuture().join();
            millis[i] = (System.nanoTime() - start) / 1e6;
            peak = Math.max(peak, memory("VmHWM") - idle);
        }
        Arrays.sort(millis);
        return new Run(millis[ROUNDS / 2], peak);
    }

    /** Writes an image that repeats a sample image. */
    private static void write(Path file, int width, int height) {
        try (PointerScope scope = new PointerScope()) {
            Mat sample = opencv_imgcodecs.imread(WatchedFolder.SAMPLES.resolve("small-parts.jpg").toString());
            Mat image = new Mat();
            opencv_core.repeat(sample, height / sample.rows() + 1, width / sample.cols() + 1, image);
            opencv_imgcodecs.imwrite(file.toString(), image.apply(new Rect(0, 0, width, height)));
        }
    }

    /** Returns the memory in bytes on Linux; 0 elsewhere. */
    private static long memory(String key) throws IOException {
        Path status = Path.of("/proc/self/status");
        return Files.notExists(status) ? 0 : Files.readAllLines(status).stream().filter(line -> line.startsWith(key + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10).findFirst().orElse(0);
    }

    private static void resetPeak() throws IOException {
        Path clear = Path.of("/proc/self/clear_refs");
        if (Files.isWritable(clear)) {
            Files.writeString(clear, "5");
        }
    }
}
