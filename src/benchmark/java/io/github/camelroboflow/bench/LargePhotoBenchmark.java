package io.github.camelroboflow.bench;

import io.github.camelroboflow.annotate.Annotator;
import io.github.camelroboflow.annotate.Annotator.AnnotationStyle;
import io.github.camelroboflow.embedded.EmbeddedEngine;
import io.github.camelroboflow.embedded.image.ImageDecoder;
import io.github.camelroboflow.embedded.image.ImageDecoder.CheckedImage;
import io.github.camelroboflow.embedded.image.ImageDecoder.DecodedImage;
import io.github.camelroboflow.embedded.preprocessing.Contrast;
import io.github.camelroboflow.embedded.preprocessing.ImagePreprocessor;
import io.github.camelroboflow.embedded.preprocessing.InputPlanes;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.PixelScale;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.ResizeMode;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.StaticCrop;
import io.github.camelroboflow.embedded.session.NativeLibraries;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.InferenceEngine;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.pixels.PictureMemory;
import io.github.camelroboflow.pixels.PixelMemory;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Measures photos on one thread: how they are decoded, made gray, given more contrast and drawn on, in memory of their own and in
 * memory that is kept. Prints milliseconds and page faults. The ways take turns. With {@code memory} as the argument, it runs 1,000
 * photos of 12 megapixels through the engine, draws on one of four, and prints the resident memory.
 */
public final class LargePhotoBenchmark {

    private static final int WARM_UP = 5;
    private static final ImageSize LARGE = new ImageSize(4000, 3000);
    private static final ImageSize INPUT = new ImageSize(640, 640);
    private static final ModelId MODEL = new ModelId("parts-detect/1");
    private static final List<Integer> STAGES = List.of(50, 200, 400, 600, 800, 1000);
    private static final Path STATUS = Path.of("/proc/self/stat");
    private static final PrintStream OUT = System.out;

    private LargePhotoBenchmark() {
    }

    /** @param args the number of rounds for each photo, or {@code memory} */
    public static void main(String[] args) throws Exception {
        NativeLibraries.load();
        Map<String, byte[]> photos = photos();
        if (args.length > 0 && args[0].equals("memory")) {
            memory(List.copyOf(photos.values()));
        } else {
            int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 40;
            byte[] small = Jpegs.resized(Files.readAllBytes(Path.of("config/samples/crowded.jpg")), new ImageSize(1632, 1224), 0);
            decode("2 MP", small, rounds);
            for (Map.Entry<String, byte[]> photo : photos.entrySet()) {
                decode(photo.getKey(), photo.getValue(), rounds);
            }
            for (Map.Entry<String, byte[]> photo : photos.entrySet()) {
                annotate(photo.getKey(), photo.getValue(), rounds);
            }
            prepare(photos.get("12 MP"), rounds);
        }
        System.exit(0);
    }

    private static Map<String, byte[]> photos() throws IOException {
        byte[] sample = Files.readAllBytes(Path.of("config/samples/crowded.jpg"));
        byte[] photo = Jpegs.resized(sample, LARGE, 0);
        Map<String, byte[]> photos = new LinkedHashMap<>();
        photos.put("12 MP", photo);
        photos.put("12 MP, turned by EXIF", Jpegs.turned(photo));
        photos.put("12 MP, noisy", Jpegs.resized(sample, LARGE, Jpegs.GRAIN));
        photos.put("12 MP, progressive", Jpegs.progressive(photo));
        return photos;
    }

    private static void decode(String name, byte[] jpeg, int rounds) throws IOException {
        CheckedImage checked = ImageDecoder.check(name, jpeg, InferenceOptions.DEFAULTS);
        try (Mat kept = new Mat()) {
            Map<String, Runnable> ways = new LinkedHashMap<>();
            ways.put("own", () -> {
                try (Mat own = new Mat()) {
                    imdecode(jpeg, opencv_imgcodecs.IMREAD_COLOR, own);
                }
            });
            ways.put("kept", () -> imdecode(jpeg, opencv_imgcodecs.IMREAD_COLOR | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION,
                    kept));
            ways.put("engine", () -> {
                try (PixelMemory memory = new PixelMemory(); PointerScope scope = new PointerScope()) {
                    ImageDecoder.decode(checked, InferenceOptions.DEFAULTS, size -> 1, memory);
                }
            });
            ways.put("check", () -> ImageDecoder.check(name, jpeg, InferenceOptions.DEFAULTS));
            Figures figures = Figures.of(ways, rounds);
            OUT.printf(Locale.ROOT, "decode %-22s %5d kB: own memory %s, kept %s, engine %s, which is %.2f of kept; check %s%n",
                    name, jpeg.length / 1000, figures.of("own"), figures.of("kept"), figures.of("engine"),
                    figures.ratio("engine", "kept"), figures.of("check"));
        }
    }

    private static void imdecode(byte[] jpeg, int flags, Mat image) {
        try (PointerScope scope = new PointerScope()) {
            opencv_imgcodecs.imdecode(new Mat(new BytePointer(jpeg), false), flags, image);
        }
    }

    private static void annotate(String name, byte[] jpeg, int rounds) throws IOException {
        ImageSource image = ImageSource.of(name, jpeg);
        boolean turned = name.contains("turned");
        Detections nothing = new Detections(InferenceInfo.of("", 0, turned ? new ImageSize(LARGE.height(), LARGE.width()) : LARGE),
                List.of());
        Map<String, Runnable> ways = new LinkedHashMap<>();
        ways.put("own", () -> copyInMemoryOfItsOwn(jpeg));
        ways.put("annotator", () -> Annotator.draw(image, nothing, AnnotationStyle.DEFAULTS));
        Figures figures = Figures.of(ways, rounds);
        OUT.printf(Locale.ROOT, "annotated copy %-22s: memory of its own %s, kept %s: %.2f%n", name, figures.of("own"),
                figures.of("annotator"), figures.ratio("annotator", "own"));
    }

    /** Decodes into a new image, copies it to a picture to draw on, and encodes a copy of that. */
    private static void copyInMemoryOfItsOwn(byte[] jpeg) {
        try (PointerScope scope = new PointerScope()) {
            Mat image = opencv_imgcodecs.imdecode(new Mat(new BytePointer(jpeg), false), opencv_imgcodecs.IMREAD_COLOR);
            BufferedImage picture = new BufferedImage(image.cols(), image.rows(), BufferedImage.TYPE_3BYTE_BGR);
            byte[] pixels = ((DataBufferByte) picture.getRaster().getDataBuffer()).getData();
            image.data().get(pixels);
            BytePointer encoded = new BytePointer();
            opencv_imgcodecs.imencode(".jpg", new Mat(image.rows(), image.cols(), opencv_core.CV_8UC3, new BytePointer(pixels)),
                    encoded, new IntPointer(opencv_imgcodecs.IMWRITE_JPEG_QUALITY, 90));
            encoded.get(new byte[(int) encoded.limit()]);
        }
    }

    private static void prepare(byte[] jpeg, int rounds) throws IOException {
        CheckedImage checked = ImageDecoder.check("photo", jpeg, InferenceOptions.DEFAULTS);
        try (PixelMemory memory = new PixelMemory(); PointerScope scope = new PointerScope();
                InputPlanes planes = new InputPlanes(ByteBuffer.allocateDirect(3 * Float.BYTES * (int) INPUT.area())
                        .order(ByteOrder.nativeOrder()).asFloatBuffer(), 3, INPUT)) {
            DecodedImage photo = ImageDecoder.decode(checked, InferenceOptions.DEFAULTS, size -> 1, memory);
            Map<String, Preprocessing> steps = new LinkedHashMap<>();
            steps.put("resize alone", steps(StaticCrop.NONE, false, Contrast.NONE));
            steps.put("static crop", steps(new StaticCrop(10, 90, 10, 90), false, Contrast.NONE));
            steps.put("gray", steps(StaticCrop.NONE, true, Contrast.NONE));
            for (Contrast contrast : List.of(Contrast.STRETCHING, Contrast.HISTOGRAM_EQUALIZATION,
                    Contrast.ADAPTIVE_EQUALIZATION)) {
                steps.put(contrast.name().toLowerCase(Locale.ROOT).replace('_', ' '), steps(StaticCrop.NONE, false, contrast));
            }
            for (Map.Entry<String, Preprocessing> step : steps.entrySet()) {
                ImagePreprocessor preprocessor = new ImagePreprocessor(step.getValue());
                Runnable kept = () -> {
                    try (PixelMemory own = new PixelMemory(); PointerScope inner = new PointerScope()) {
                        preprocessor.prepare("photo", photo, InferenceOptions.DEFAULTS, planes, own);
                    }
                };
                Map<String, Runnable> ways = new LinkedHashMap<>();
                ways.put("own", () -> {
                    PixelMemory.freeUnusedFor(Duration.ZERO);
                    kept.run();
                });
                ways.put("kept", kept);
                Figures figures = Figures.of(ways, rounds);
                OUT.printf(Locale.ROOT, "prepare 12 MP, %-22s: memory of its own %s, kept %s: %.2f%n", step.getKey(),
                        figures.of("own"), figures.of("kept"), figures.ratio("kept", "own"));
            }
        }
    }

    private static Preprocessing steps(StaticCrop crop, boolean gray, Contrast contrast) {
        return new Preprocessing(crop, gray, contrast, ResizeMode.LETTERBOX, 114, false, PixelScale.UNIT);
    }

    /** Runs as many photos at a time as there are processors. */
    private static void memory(List<byte[]> photos) throws Exception {
        int threads = Runtime.getRuntime().availableProcessors();
        OUT.printf("photos of 12 megapixels, %d at a time, Java %s%n", threads, System.getProperty("java.version"));
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (InferenceEngine engine = new EmbeddedEngine(Path.of("config/models"))) {
            engine.open(MODEL);
            AtomicInteger next = new AtomicInteger();
            for (int stage : STAGES) {
                List<Future<?>> runs = IntStream.range(0, threads).<Future<?>>mapToObj(thread -> pool.submit(() -> {
                    for (int i = next.getAndIncrement(); i < stage; i = next.getAndIncrement()) {
                        run(engine, photos.get(i % photos.size()), i / photos.size() % 4 == 0);
                    }
                })).toList();
                for (Future<?> run : runs) {
                    run.get();
                }
                next.set(stage);
                OUT.printf("after %,5d: resident %d MB, heap %d MB of %d MB in use%n", stage, Load.resident(), Load.heap(),
                        Runtime.getRuntime().totalMemory() >> 20);
            }
        }
        PictureMemory.freeUnusedFor(Duration.ZERO);
        PixelMemory.freeUnusedFor(Duration.ZERO);
        OUT.printf("after the memory for pixels is given back: resident %d MB, heap %d MB in use%n", Load.resident(), Load.heap());
        pool.shutdown();
    }

    private static void run(InferenceEngine engine, byte[] photo, boolean annotated) {
        ImageSource image = ImageSource.of("photo.jpg", photo);
        Inference result = engine.infer(MODEL, List.of(image), InferenceOptions.DEFAULTS).toCompletableFuture().join().get(0);
        if (annotated) {
            Annotator.draw(image, result, AnnotationStyle.DEFAULTS);
        }
    }

    /** Milliseconds and page faults by way. */
    private record Figures(Medians times, Medians faults) {

        static Figures of(Map<String, Runnable> ways, int rounds) throws IOException {
            Figures figures = new Figures(new Medians(), new Medians());
            for (int i = -WARM_UP; i < rounds; i++) {
                for (Map.Entry<String, Runnable> way : ways.entrySet()) {
                    long faultsBefore = pageFaults();
                    long start = System.nanoTime();
                    way.getValue().run();
                    double milliseconds = (System.nanoTime() - start) / 1e6;
                    if (i >= 0) {
                        figures.times.add(way.getKey(), milliseconds);
                        figures.faults.add(way.getKey(), pageFaults() - faultsBefore);
                    }
                }
            }
            return figures;
        }

        String of(String way) {
            return String.format(Locale.ROOT, "%.1f ms (%.0f page faults)", times.median(way), faults.median(way));
        }

        double ratio(String way, String other) {
            return times.median(way) / times.median(other);
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
}
