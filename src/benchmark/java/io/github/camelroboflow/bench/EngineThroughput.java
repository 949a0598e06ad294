package io.github.camelroboflow.bench;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * Measures images per second on the processors of this process: a plain route, the bare loop, the bare net; or the route's memory.
 */
final class EngineThroughput {

    private static final int ROUNDS = 5;
    private static final PrintStream OUT = System.out;

    private EngineThroughput() {
    }

    /** @param args the name of a net, a number of images, and {@code memory} to measure only the route's memory */
    public static void main(String[] args) throws Exception {
        BenchNet net = BenchNet.valueOf(args[0]);
        int count = net.images(Integer.parseInt(args[1]));
        List<byte[]> samples = net.samples();
        List<byte[]> images = IntStream.range(0, count).mapToObj(i -> samples.get(i % samples.size())).toList();
        if (args.length > 2) {
            double first = route(net, images);
            OUT.printf(Locale.ROOT, "%-24s peak memory (resident) of the route: %s after %d images (%.1f"
                    + " images/s, not warmed up)%n", net, FolderBenchmark.status("VmHWM"), count, count / first);
        } else {
            compare(net, images);
        }
        System.exit(0);
    }

    private static void compare(BenchNet net, List<byte[]> images) throws Exception {
        int threads = Runtime.getRuntime().availableProcessors();
        Medians perSecond = new Medians();
        try (BareLoop loop = new BareLoop(net.weights(), net.side())) {
            for (int round = -1; round < ROUNDS; round++) {
                double route = route(net, images);
                double bareNet = loop.runOnly(images.get(0), images.size(), threads);
                double bare = loop.run(images, threads);
                if (round >= 0) {
                    perSecond.add("route file -> roboflow -> file", images.size() / route);
                    perSecond.add("bare session.run", images.size() / bareNet);
                    perSecond.add("bare decode + resize + run", images.size() / bare);
                }
            }
        }
        double route = perSecond.median("route file -> roboflow -> file");
        for (String name : perSecond.names()) {
            OUT.printf(Locale.ROOT, "%-24s processors: %-2d  %-30s %6.1f images/s (route: %3.0f %%)  %s%n", net, threads, name,
                    perSecond.median(name), 100 * route / perSecond.median(name), perSecond.rounds(name));
        }
    }

    /** Returns the seconds from the images' appearance in the folder to the last result. */
    private static double route(BenchNet net, List<byte[]> images) throws Exception {
        Path data = Files.createTempDirectory(Path.of("target"), "bench");
        CountDownLatch left = new CountDownLatch(images.size());
        CamelContext context = new DefaultCamelContext();
        try {
            context.getManagementStrategy().addEventNotifier(new Finished(left));
            Path inbox = Files.createDirectories(data.resolve("inbox"));
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("file:" + inbox + "?recursive=true&delete=true&delay=10&initialDelay=0")
                            .to("roboflow:" + net.model() + "?workers=auto&runtime=embedded&modelsDirectory="
                                    + net.directory().toAbsolutePath())
                            .to("file:" + data.resolve("results") + "?fileName=${file:onlyname}.json");
                }
            });
            Path waiting = Files.createDirectories(data.resolve("waiting"));
            for (int i = 0; i < images.size(); i++) {
                Files.write(waiting.resolve(i + ".jpg"), images.get(i));
            }
            context.start();
            long start = System.nanoTime();
            Files.move(waiting, inbox.resolve("batch"));
            left.await();
            return (System.nanoTime() - start) / 1e9;
        } finally {
            context.close();
            BenchFiles.delete(data);
        }
    }
}
