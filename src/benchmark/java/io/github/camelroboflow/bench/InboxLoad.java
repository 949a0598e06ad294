package io.github.camelroboflow.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.CamelContext;

/** Puts images into the inbox of a route, all at once, and waits until they are done. */
final class InboxLoad {

    private final CamelContext context;
    private final Path inbox;
    private int batches;

    /** The figures of a number of images. */
    record Measured(double seconds, double processorMillis) {
    }

    /** @param inbox a folder that the route watches; the folder above it is on the same file system */
    InboxLoad(CamelContext context, Path inbox) {
        this.context = context;
        this.inbox = inbox;
    }

    /** Measures the time from the appearance of the images to the end of the last one. */
    Measured run(List<byte[]> images) throws IOException, InterruptedException {
        Path waiting = Files.createDirectories(inbox.resolveSibling("waiting"));
        for (int i = 0; i < images.size(); i++) {
            Files.write(waiting.resolve(i + ".jpg"), images.get(i));
        }
        CountDownLatch left = new CountDownLatch(images.size());
        Finished notifier = new Finished(left);
        context.getManagementStrategy().addEventNotifier(notifier);
        double before = FolderBenchmark.cpuMillis();
        long start = System.nanoTime();
        Files.move(waiting, inbox.resolve("batch " + ++batches));
        left.await();
        Measured measured = new Measured((System.nanoTime() - start) / 1e9, FolderBenchmark.cpuMillis() - before);
        context.getManagementStrategy().removeEventNotifier(notifier);
        return measured;
    }
}
