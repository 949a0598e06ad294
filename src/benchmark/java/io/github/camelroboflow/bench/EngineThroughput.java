package io.github.camelroboflow.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * Measures images per second on the processors of this process: a plain route, the bare loop and the bare net, in turns; or the
 * route's memory.
 */
final class EngineThroughput {

    private static final int ROUNDS = 7;
    /** The time after which the JVM has compiled what runs. */
    private static final double WARM_UP_SECONDS = 40;
    private static final String ROUTE = "route file -> roboflow -> file";
    private static final PrintStream OUT = System.out;

    private EngineThroughput() {
    }

    /** @param args the name of a net, a number of images, and {@code memory} to measure only the route's memory */
    public static void main(String[] args) throws Exception {
        BenchNet net = BenchNet.valueOf(args[0]);
        int count = net.images(Integer.parseInt(args[1]));
        List<byte[]> samples = net.samples();
        List<byte[]> images = IntStream.range(0, count).mapToObj(i -> samples.get(i % samples.size())).toList();
        try (PlainRoute route = new PlainRoute(net)) {
            if (args.length > 2) {
                double first = route.seconds(images);
                OUT.printf(Locale.ROOT, "%-24s peak memory (resident) of the route: %s after %d images (%.1f"
                        + " images/s, not warmed up)%n", net, FolderBenchmark.status("VmHWM"), count, count / first);
            } else {
                compare(net, route, images);
            }
        }
        System.exit(0);
    }

    private static void compare(BenchNet net, PlainRoute route, List<byte[]> images) throws Exception {
        int threads = Runtime.getRuntime().availableProcessors();
        Medians perSecond = new Medians();
        try (BareLoop loop = new BareLoop(net.weights(), net.side())) {
            for (double warm = 0; warm < WARM_UP_SECONDS;) {
                warm += route.seconds(images) + loop.run(images, threads);
            }
            for (int round = 0; round < ROUNDS; round++) {
                perSecond.add(ROUTE, images.size() / route.seconds(images));
                perSecond.add("bare decode + resize + run", images.size() / loop.run(images, threads));
                perSecond.add("bare session.run", images.size() / loop.runOnly(images.get(0), images.size(), threads));
            }
        }
        for (String name : perSecond.names()) {
            OUT.printf(Locale.ROOT, "%-24s processors: %-2d  %-30s %6.1f images/s (route: %s)  %s%n", net, threads, name,
                    perSecond.median(name), perSecond.ratio(ROUTE, name), perSecond.rounds(name));
        }
    }

    /** A route without a promise: Camel's file consumer, the model, and Camel's file producer. */
    private static final class PlainRoute implements AutoCloseable {

        private final Path data = Files.createTempDirectory(Path.of("target"), "bench");
        private final CamelContext context = new DefaultCamelContext();
        private final InboxLoad load;

        PlainRoute(BenchNet net) throws Exception {
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
            context.start();
            load = new InboxLoad(context, inbox);
        }

        double seconds(List<byte[]> images) throws IOException, InterruptedException {
            return load.run(images).seconds();
        }

        @Override
        public void close() throws Exception {
            context.close();
            BenchFiles.delete(data);
        }
    }
}
