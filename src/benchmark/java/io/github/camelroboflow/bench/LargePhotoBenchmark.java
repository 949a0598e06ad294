package io.github.camelroboflow.bench;

import io.github.camelroboflow.embedded.image.ImageDecoder;
import io.github.camelroboflow.embedded.image.ImageDecoder.CheckedImage;
import io.github.camelroboflow.embedded.image.PixelMemory;
import io.github.camelroboflow.embedded.session.NativeLibraries;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Measures how photos are decoded on one thread: into memory of their own, into memory that is kept, and by the engine. Prints
 * milliseconds, page faults and the ratio to the kept memory. The ways take turns.
 */
public final class LargePhotoBenchmark {

    private static final int WARM_UP = 5;
    private static final Path STATUS = Path.of("/proc/self/stat");
    private static final PrintStream OUT = System.out;

    private LargePhotoBenchmark() {
    }

    /** @param args the number of rounds for each photo */
    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 40;
        NativeLibraries.load();
        byte[] sample = Files.readAllBytes(Path.of("config/samples/crowded.jpg"));
        ImageSize large = new ImageSize(4000, 3000);
        byte[] photo = Jpegs.resized(sample, large, 0);
        Map<String, byte[]> photos = new LinkedHashMap<>();
        photos.put("2 MP", Jpegs.resized(sample, new ImageSize(1632, 1224), 0));
        photos.put("12 MP", photo);
        photos.put("12 MP, turned by EXIF", Jpegs.turned(photo));
        photos.put("12 MP, noisy", Jpegs.resized(sample, large, Jpegs.GRAIN));
        photos.put("12 MP, progressive", Jpegs.progressive(photo));
        for (Map.Entry<String, byte[]> entry : photos.entrySet()) {
            measure(entry.getKey(), entry.getValue(), rounds);
        }
        System.exit(0);
    }

    private static void measure(String name, byte[] jpeg, int rounds) throws IOException {
        CheckedImage checked = ImageDecoder.check(name, jpeg, InferenceOptions.DEFAULTS);
        Medians times = new Medians();
        Medians faults = new Medians();
        try (Mat kept = new Mat()) {
            Map<String, Runnable> ways = Map.of("own", () -> {
                try (PointerScope scope = new PointerScope()) {
                    opencv_imgcodecs.imdecode(new Mat(new BytePointer(jpeg), false), opencv_imgcodecs.IMREAD_COLOR);
                }
            }, "kept", () -> {
                try (PointerScope scope = new PointerScope()) {
                    opencv_imgcodecs.imdecode(new Mat(new BytePointer(jpeg), false), opencv_imgcodecs.IMREAD_COLOR
                            | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION, kept);
                }
            }, "engine", () -> {
                try (PixelMemory memory = new PixelMemory(); PointerScope scope = new PointerScope()) {
                    ImageDecoder.decode(checked, InferenceOptions.DEFAULTS, size -> 1, memory);
                }
            }, "check", () -> ImageDecoder.check(name, jpeg, InferenceOptions.DEFAULTS));
            for (int i = -WARM_UP; i < rounds; i++) {
                for (String way : List.of("own", "kept", "engine", "check")) {
                    long faultsBefore = pageFaults();
                    long start = System.nanoTime();
                    ways.get(way).run();
                    double milliseconds = (System.nanoTime() - start) / 1e6;
                    if (i >= 0) {
                        times.add(way, milliseconds);
                        faults.add(way, pageFaults() - faultsBefore);
                    }
                }
            }
        }
        OUT.printf(Locale.ROOT, "%-22s %5d kB: memory of its own %.1f ms (%.0f page faults), kept %.1f ms (%.0f), engine %.1f ms"
                + " (%.0f), which is %.2f of kept; check for damage %.1f ms%n", name, jpeg.length / 1000, times.median("own"),
                faults.median("own"), times.median("kept"), faults.median("kept"), times.median("engine"), faults.median("engine"),
                times.median("engine") / times.median("kept"), times.median("check"));
    }

    /** Returns the number of pages that this process has had to fetch without a disk (proc(5), {@code minflt}); 0 elsewhere. */
    private static long pageFaults() throws IOException {
        if (!Files.exists(STATUS)) {
            return 0;
        }
        String status = Files.readString(STATUS);
        return Long.parseLong(status.substring(status.lastIndexOf(')') + 2).split(" ")[7]);
    }
}
