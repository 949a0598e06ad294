package io.github.camelroboflow.bench;

import io.github.camelroboflow.embedded.Stages;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures the check for damaged JPEGs at 2 and 12 megapixels, beside the other steps of an image in the engine with the shipped
 * model on one thread: its share of them is what it costs in images per second.
 */
public final class DamageCheckBenchmark {

    private static final int WARM_UP = 50;
    private static final PrintStream OUT = System.out;

    private DamageCheckBenchmark() {
    }

    /** @param args the number of images of each size */
    public static void main(String[] args) throws Exception {
        int count = args.length > 0 ? Integer.parseInt(args[0]) : 100;
        byte[] sample = Files.readAllBytes(Path.of("config/samples/crowded.jpg"));
        try (Stages stages = new Stages(Path.of("config/models"), new ModelId("parts-detect/1"), 1)) {
            for (int i = 0; i < WARM_UP; i++) {
                stages.run(sample, InferenceOptions.DEFAULTS);
            }
            for (ImageSize size : List.of(new ImageSize(1632, 1224), new ImageSize(4000, 3000))) {
                byte[] jpeg = Jpegs.resized(sample, size);
                Medians times = new Medians();
                Medians shares = new Medians();
                for (int i = 0; i < count; i++) {
                    Map<String, Double> steps = stages.run(jpeg, InferenceOptions.DEFAULTS);
                    steps.forEach(times::add);
                    double all = steps.values().stream().mapToDouble(Double::doubleValue).sum();
                    shares.add("share", steps.get("check") / all * 100);
                }
                OUT.printf(Locale.ROOT,
                        "%s, %d kB: check %.1f ms, decode %.1f ms, run %.1f ms; the check is %.0f %% of all steps%n", size,
                        jpeg.length / 1000, times.median("check"), times.median("decode"), times.median("run"),
                        shares.median("share"));
            }
        }
        System.exit(0);
    }
}
