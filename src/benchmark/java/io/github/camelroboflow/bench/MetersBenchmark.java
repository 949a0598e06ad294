package io.github.camelroboflow.bench;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;

/** Measures the time of a message through the shipped model, without and with meters, interleaved. */
public final class MetersBenchmark {

    private static final int WARM_UP = 200;
    private static final int IN_A_ROW = 20;
    private static final PrintStream OUT = System.out;

    private MetersBenchmark() {
    }

    /** @param args the number of images of each kind */
    public static void main(String[] args) throws Exception {
        int count = args.length > 0 ? Integer.parseInt(args[0]) : 1000;
        byte[] image = Files.readAllBytes(Path.of("config/samples/bolts-and-nuts.jpg"));
        Medians times = new Medians();
        try (DefaultCamelContext plain = new DefaultCamelContext(); DefaultCamelContext metered = new DefaultCamelContext()) {
            metered.getRegistry().bind("meters", MeterRegistry.class, new SimpleMeterRegistry());
            plain.start();
            metered.start();
            ProducerTemplate without = plain.createProducerTemplate();
            ProducerTemplate with = metered.createProducerTemplate();
            for (int i = 0; i < WARM_UP; i++) {
                send(without, image);
                send(with, image);
            }
            for (int i = 0; i < count; i += IN_A_ROW) {
                for (int j = 0; j < IN_A_ROW; j++) {
                    times.add("without", send(without, image));
                }
                for (int j = 0; j < IN_A_ROW; j++) {
                    times.add("with", send(with, image));
                }
            }
        }
        OUT.printf(Locale.ROOT, "%d images each: %.3f ms without meters, %.3f ms with them%n", count, times.median("without"),
                times.median("with"));
        System.exit(0);
    }

    private static double send(ProducerTemplate template, byte[] image) {
        long start = System.nanoTime();
        template.requestBody("roboflow:parts-detect/1?runtime=embedded&modelsDirectory=config/models", image);
        return (System.nanoTime() - start) / 1e6;
    }
}
