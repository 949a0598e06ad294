package io.github.camelroboflow.bench;

import io.github.camelroboflow.delivery.source.ImageNameFilter;
import io.github.camelroboflow.delivery.source.ImageTally;
import io.github.camelroboflow.delivery.source.WaitingFiles;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.support.ContractNames;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;

/** Measures the summary: the count of one image, with results of several sizes, and a count of the images that wait. */
public final class SummaryBenchmark {

    private static final int ROUNDS = 5;
    private static final int IMAGES = 200_000;
    private static final int CLASSES = 5;
    private static final int IN_A_FOLDER = 1000;
    private static final double NANOS_OF_MILLI = 1e6;
    private static final PrintStream OUT = System.out;

    private SummaryBenchmark() {
    }

    /** @param args the number of files that wait */
    public static void main(String[] args) throws IOException {
        CamelContext context = new DefaultCamelContext();
        for (int round = 1; round <= ROUNDS; round++) {
            for (int detections : new int[] {0, 5, 50, 300}) {
                Exchange exchange = exchange(context, detections);
                ImageTally tally = ImageTally.of(context);
                long start = System.nanoTime();
                for (int i = 0; i < IMAGES; i++) {
                    tally.done(exchange, "", "a.jpg", null);
                }
                OUT.printf(Locale.ROOT, "round %d: %,d ns for an image with %d detections%n", round,
                        (System.nanoTime() - start) / IMAGES, detections);
            }
        }
        count(Integer.parseInt(args[0]));
    }

    private static Exchange exchange(CamelContext context, int detections) {
        Exchange exchange = new DefaultExchange(context);
        exchange.setProperty(ContractNames.INFERENCE, new Detections(InferenceInfo.of("", 0, new ImageSize(640, 640)),
                IntStream.range(0, detections).mapToObj(i -> Detection.of(new Box(i, i, i + 9, i + 9), 0.5, "class-" + i % CLASSES,
                        i % CLASSES, "")).toList()));
        return exchange;
    }

    private static void count(int files) throws IOException {
        Path inbox = Files.createTempDirectory("summary");
        for (int i = 0; i < files; i++) {
            Path folder = Files.createDirectories(inbox.resolve("line-" + i / IN_A_FOLDER));
            Files.createFile(folder.resolve(i + ".jpg"));
        }
        WaitingFiles waiting = new WaitingFiles(inbox, new ImageNameFilter("jpg,png", "", ""));
        for (int round = 1; round <= ROUNDS; round++) {
            long start = System.nanoTime();
            long counted = waiting.count();
            OUT.printf(Locale.ROOT, "round %d: %.1f ms to count %,d images that wait%n", round,
                    (System.nanoTime() - start) / NANOS_OF_MILLI, counted);
        }
        BenchFiles.delete(inbox);
    }
}
