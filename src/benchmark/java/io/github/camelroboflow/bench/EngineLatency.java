package io.github.camelroboflow.bench;

import io.github.camelroboflow.embedded.EmbeddedEngine;
import io.github.camelroboflow.embedded.Stages;
import io.github.camelroboflow.embedded.session.EmbeddedSettings;
import io.github.camelroboflow.embedded.session.EmbeddedSettings.ExecutionProvider;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InferenceEngine.OpenModel;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Measures milliseconds: to load a model, for one image at a time, and for each step of images of several sizes. */
final class EngineLatency {

    private static final int ROUNDS = 5;
    private static final int CALLS = 20;
    private static final Map<String, ImageSize> SIZES = new LinkedHashMap<>();
    private static final PrintStream OUT = System.out;

    static {
        SIZES.put("1 megapixel", new ImageSize(1152, 864));
        SIZES.put("4 megapixels", new ImageSize(2304, 1728));
        SIZES.put("12 megapixels", new ImageSize(4000, 3000));
    }

    private EngineLatency() {
    }

    /** @param args the name of a net */
    public static void main(String[] args) throws Exception {
        BenchNet net = BenchNet.valueOf(args[0]);
        load(net);
        latency(net);
        stages(net);
        System.exit(0);
    }

    private static void load(BenchNet net) {
        for (String when : List.of("first in its JVM, with the native libraries", "again")) {
            long start = System.nanoTime();
            try (EmbeddedEngine engine = new EmbeddedEngine(net.directory()); OpenModel model = engine.open(net.model())) {
                OUT.printf(Locale.ROOT, "%-24s load, %-44s %6.0f ms%n", net, when, millis(start));
            }
        }
    }

    /** Measures one image after the other, without other load. */
    private static void latency(BenchNet net) throws Exception {
        ImageSource image = ImageSource.of("benchmark.jpg", net.samples().get(0));
        Medians times = new Medians();
        try (EmbeddedEngine one = new EmbeddedEngine(net.directory(), new EmbeddedSettings(1, ExecutionProvider.CPU, 8));
                EmbeddedEngine several = new EmbeddedEngine(net.directory());
                OpenModel first = one.open(net.model()); OpenModel second = several.open(net.model())) {
            for (int round = -1; round < ROUNDS; round++) {
                double onOne = infer(one, net, image);
                double onSeveral = infer(several, net, image);
                if (round >= 0) {
                    times.add("one image, intraOpThreads=1", onOne);
                    times.add("one image, threads chosen", onSeveral);
                }
            }
        }
        times.names().forEach(name -> OUT.printf(Locale.ROOT, "%-24s %-50s %6.1f ms  %s%n", net, name, times.median(name),
                times.rounds(name)));
    }

    /** Returns the median of a few calls. */
    private static double infer(EmbeddedEngine engine, BenchNet net, ImageSource image) {
        Medians calls = new Medians();
        for (int i = 0; i < CALLS; i++) {
            long start = System.nanoTime();
            engine.infer(net.model(), List.of(image), InferenceOptions.DEFAULTS).toCompletableFuture().join();
            calls.add("call", millis(start));
        }
        return calls.median("call");
    }

    private static void stages(BenchNet net) throws Exception {
        byte[] sample = BenchNet.SAMPLE.samples().get(0);
        try (Stages stages = new Stages(net.directory(), net.model(), 1)) {
            for (Map.Entry<String, ImageSize> size : SIZES.entrySet()) {
                byte[] image = Jpegs.resized(sample, size.getValue());
                Medians steps = new Medians();
                for (int i = 0; i < CALLS; i++) {
                    stages.run(image, InferenceOptions.DEFAULTS).forEach(steps::add);
                }
                StringBuilder line = new StringBuilder();
                steps.names().forEach(step -> line.append(String.format(Locale.ROOT, "%s %.1f ms  ", step, steps.median(step))));
                OUT.printf("%-24s %-14s %s%n", net, size.getKey(), line);
            }
        }
    }

    private static double millis(long start) {
        return (System.nanoTime() - start) / 1e6;
    }
}
