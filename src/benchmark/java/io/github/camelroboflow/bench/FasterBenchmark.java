package io.github.camelroboflow.bench;

import static io.github.camelroboflow.inference.InferenceOption.CONFIDENCE;
import static io.github.camelroboflow.inference.InferenceOption.OVERLAP;
import static io.github.camelroboflow.inference.InferenceOption.REDUCED_DECODING;

import ai.onnxruntime.OrtException;
import com.sun.management.OperatingSystemMXBean;
import io.github.camelroboflow.embedded.EmbeddedEngine;
import io.github.camelroboflow.embedded.Stages;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelId;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Measures what makes the sample model faster: other numbers in the net, smaller images, threads, and decoding at a reduced size.
 * Prints milliseconds for an image with one and two threads, also of processor time, which other programs disturb less. Writes the
 * results of all held-out images, from which {@code src/models/evaluate.py} computes the cost. The ways take turns.
 */
public final class FasterBenchmark {

    private static final int WARM_UP = 3;
    private static final int ROUNDS = 40;
    private static final int IMAGES = 5;
    private static final int[] THREADS = {1, 2};
    private static final ModelId MODEL = new ModelId("parts-detect/1");
    private static final OperatingSystemMXBean PROCESS = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final PrintStream OUT = System.out;

    private FasterBenchmark() {
    }

    /**
     * A way to run the sample model.
     *
     * @param directory folder of its model
     */
    private record Way(String name, Path directory, ModelId model, InferenceOptions options) {
    }

    /**
     * @param args a folder with the packages of {@code src/models/lighter.py} in {@code lighter} and the held-out images of
     *             {@code src/models/dataset.py} in {@code heldout/images}; the results come into {@code results}
     */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        List<Path> heldOut = list(folder.resolve("heldout/images"));
        List<Way> ways = ways(folder.resolve("lighter"));
        for (Way way : ways) {
            write(way, heldOut, folder.resolve("results").resolve(way.name));
        }
        List<byte[]> images = new ArrayList<>();
        for (Path file : heldOut.subList(0, Math.min(IMAGES, heldOut.size()))) {
            images.add(Files.readAllBytes(file));
        }
        compare("held-out images", ways, images);
        compare("12 megapixels", ways, List.of(Files.readAllBytes(Path.of("config/samples/12-megapixels.jpg"))));
        System.exit(0);
    }

    private static List<Way> ways(Path lighter) throws IOException {
        List<Way> ways = new ArrayList<>();
        Path shipped = Path.of("config/models");
        ways.add(new Way("shipped", shipped, MODEL, InferenceOptions.DEFAULTS));
        ways.add(new Way("reducedDecoding", shipped, MODEL, InferenceOptions.DEFAULTS.with(REDUCED_DECODING, true)));
        for (Path model : list(lighter)) {
            String name = model.getFileName().toString();
            ways.add(new Way(name, lighter, new ModelId(name + "/1"), InferenceOptions.DEFAULTS));
        }
        return ways;
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    /** Writes the result of each image that has none yet, with the unsure detections that a precision-recall curve needs. */
    private static void write(Way way, List<Path> images, Path results) throws IOException {
        Files.createDirectories(results);
        InferenceOptions options = way.options.with(CONFIDENCE, 0.01).with(OVERLAP, 0.6);
        try (EmbeddedEngine engine = new EmbeddedEngine(way.directory)) {
            for (Path image : images) {
                String name = image.getFileName().toString();
                if (Files.exists(results.resolve(name + ".json"))) {
                    continue;
                }
                byte[] json = InferenceJson.bytes(engine.infer(way.model, List.of(ImageSource.of(name, Files.readAllBytes(image))),
                        options).toCompletableFuture().join().get(0));
                Files.write(results.resolve(name + ".json"), json);
            }
        }
    }

    private static void compare(String kind, List<Way> ways, List<byte[]> images) throws OrtException {
        Map<String, Way> byName = new LinkedHashMap<>();
        Map<String, Stages> stages = new LinkedHashMap<>();
        for (Way way : ways) {
            for (int threads : THREADS) {
                String name = way.name + ", threads: " + threads;
                byName.put(name, way);
                stages.put(name, new Stages(way.directory, way.model, threads));
            }
        }
        Medians whole = new Medians();
        Medians net = new Medians();
        Map<String, Double> processor = new LinkedHashMap<>();
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            for (String name : byName.keySet()) {
                long before = PROCESS.getProcessCpuTime();
                double total = 0;
                double run = 0;
                for (byte[] image : images) {
                    Map<String, Double> steps = stages.get(name).run(image, byName.get(name).options);
                    total += steps.values().stream().mapToDouble(Double::doubleValue).sum();
                    run += steps.get("run");
                }
                if (round >= 0) {
                    whole.add(name, total / images.size());
                    net.add(name, run / images.size());
                    processor.merge(name, (PROCESS.getProcessCpuTime() - before) / 1e6 / images.size() / ROUNDS, Double::sum);
                }
            }
        }
        String first = byName.keySet().iterator().next();
        for (String name : byName.keySet()) {
            OUT.printf(Locale.ROOT, "%-16s %-30s median %6.1f ms, quarter %5.1f ms (net %5.1f), processor time %5.1f ms; times as"
                    + " fast: median %.2f, quarter %.2f (net %.2f), processor time %.2f%n", kind, name, whole.median(name),
                    whole.quantile(name, 0.25), net.quantile(name, 0.25), processor.get(name),
                    whole.median(first) / whole.median(name), whole.quantile(first, 0.25) / whole.quantile(name, 0.25),
                    net.quantile(first, 0.25) / net.quantile(name, 0.25), processor.get(first) / processor.get(name));
        }
        stages.values().forEach(Stages::close);
    }
}
