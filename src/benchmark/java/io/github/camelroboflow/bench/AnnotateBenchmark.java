package io.github.camelroboflow.bench;

import io.github.camelroboflow.annotate.Annotator.AnnotationStyle;
import io.github.camelroboflow.annotate.Annotator;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures the milliseconds of an annotated image for each task, and for a crowd of 300 objects, at 300 pixels, 2 and 12
 * megapixels, beside the same image with nothing drawn on it, which is only decoded and encoded. The tasks take turns.
 */
public final class AnnotateBenchmark {

    private static final String NOTHING = "nothing";
    private static final int WARM_UP = 3;
    private static final int CROWD = 300;
    private static final PrintStream OUT = System.out;

    private AnnotateBenchmark() {
    }

    /** @param args the number of rounds for each size */
    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 20;
        byte[] sample = Files.readAllBytes(Path.of("config/samples/crowded.jpg"));
        for (ImageSize size : List.of(new ImageSize(400, 300), new ImageSize(1632, 1224), new ImageSize(4000, 3000))) {
            ImageSource image = ImageSource.of("a.jpg", Jpegs.resized(sample, size, 0));
            Map<String, Inference> results = new LinkedHashMap<>();
            results.putAll(Drawings.of(image));
            results.put("crowd", Drawings.crowd(size, CROWD));
            results.put(NOTHING, new Detections(results.values().iterator().next().info(), List.of()));
            Medians times = new Medians();
            Medians processor = new Medians();
            for (int i = -WARM_UP; i < rounds; i++) {
                for (Map.Entry<String, Inference> result : results.entrySet()) {
                    long start = System.nanoTime();
                    long before = processorTime();
                    Annotator.draw(image, result.getValue(), AnnotationStyle.DEFAULTS);
                    if (i >= 0) {
                        processor.add(result.getKey(), (processorTime() - before) / 1e6);
                        times.add(result.getKey(), (System.nanoTime() - start) / 1e6);
                    }
                }
            }
            for (String task : results.keySet()) {
                OUT.printf(Locale.ROOT, "%s, %-14s (%3d findings): %6.1f ms, %6.1f ms of processor time, %6.1f of these to draw%n",
                        size, task, results.get(task).findings().size(), times.median(task), processor.median(task),
                        processor.median(task) - processor.median(NOTHING));
            }
        }
        System.exit(0);
    }

    private static long processorTime() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
