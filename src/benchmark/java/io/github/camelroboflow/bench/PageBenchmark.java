package io.github.camelroboflow.bench;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.FreePorts;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Measures what the page costs the shipped route, in turns in one JVM: without the page; with the page and a monitoring program
 * that scrapes the metrics every 15 s, as in the field; and with a browser that looks at the page, too. Monitoring program and
 * browser are one process of their own, a {@link PageVisitor}. The processor time is that of the program alone. Images per
 * second also show the visitor's share of this machine, which a real one would take of another machine. The argument is the
 * number of images of a turn: 3,000 take half a minute on two processors. At the end, measures the processor time of each kind
 * of request while no images are in work.
 */
public final class PageBenchmark {

    private static final int ROUNDS = 5;
    private static final double WARM_UP_SECONDS = 60;
    private static final int REQUESTS = 300;
    private static final String WITHOUT = "without the page";
    private static final PrintStream OUT = System.out;

    private PageBenchmark() {
    }

    public static void main(String[] args) throws Exception {
        int count = args.length > 0 && !args[0].isEmpty() ? Integer.parseInt(args[0]) : 3000;
        List<byte[]> samples = BenchFiles.samples();
        List<byte[]> images = IntStream.range(0, count).mapToObj(i -> samples.get(i % samples.size())).toList();
        List<byte[]> few = images.subList(0, Math.min(count, 500));
        Map<String, Program> programs = new LinkedHashMap<>();
        programs.put(WITHOUT, new Program(List.of()));
        programs.put("page and scrapes", new Program(List.of("scrape")));
        Program looked = new Program(List.of("scrape", "look"));
        programs.put("and a browser", looked);
        for (double warm = 0; warm < WARM_UP_SECONDS;) {
            for (Program program : programs.values()) {
                warm += program.run(few).seconds();
            }
        }
        looked.pictures = 0;
        Medians perSecond = new Medians();
        Medians processor = new Medians();
        for (int round = 0; round < ROUNDS; round++) {
            for (Map.Entry<String, Program> program : programs.entrySet()) {
                InboxLoad.Measured measured = program.getValue().run(images);
                perSecond.add(program.getKey(), count / measured.seconds());
                processor.add(program.getKey(), measured.processorMillis() / count);
            }
        }
        for (String name : perSecond.names()) {
            OUT.printf(Locale.ROOT, "%-18s %6.1f images/s (%s); processor time per image %5.2f ms (%s)%n", name,
                    perSecond.median(name), perSecond.ratio(name, WITHOUT), processor.median(name), processor.ratio(name, WITHOUT));
        }
        OUT.printf(Locale.ROOT, "pictures for the browser: %.1f in a turn%n", (double) looked.pictures / ROUNDS);
        looked.measureRequests();
        programs.values().forEach(Program::close);
        System.exit(0);
    }

    /** A program with the shipped route, which is suspended while others are measured. */
    private static final class Program {

        private static final String ROUTE = "watch-folder";

        private final int port = FreePorts.free();
        private final List<String> visits;
        private final WatchedFolder folder;
        private final InboxLoad load;
        private PageVisitor visitor;
        private int pictures;

        /** @param visits the orders for the visitor; without any, the program has no page */
        Program(List<String> visits) throws Exception {
            this.visits = visits;
            Path data = Files.createTempDirectory(Path.of("target"), "bench");
            folder = new WatchedFolder(data).with("inbox.delay", "10").with("page.enabled", String.valueOf(!visits.isEmpty()))
                    .with("page.port", String.valueOf(port)).start();
            folder.context().getRouteController().suspendRoute(ROUTE);
            load = new InboxLoad(folder.context(), data.resolve("inbox"));
        }

        InboxLoad.Measured run(List<byte[]> images) throws Exception {
            folder.context().getRouteController().resumeRoute(ROUTE);
            if (visitor != null) {
                for (String visit : visits) {
                    visitor.order(visit);
                }
            }
            InboxLoad.Measured measured = load.run(images);
            if (visitor != null) {
                pictures += visitor.order("rest");
            } else if (!visits.isEmpty()) {
                // the page starts after the first result
                visitor = new PageVisitor(port);
            }
            folder.context().getRouteController().suspendRoute(ROUTE);
            return measured;
        }

        /** The exit would wait for the stop of a program whose visitor goes on. */
        void close() {
            if (visitor != null) {
                visitor.close();
            }
            folder.close();
        }

        void measureRequests() throws IOException {
            for (String path : List.of("/live", "/observe/metrics", "/observe/health")) {
                visitor.order("ask " + REQUESTS + " " + path);
                double before = FolderBenchmark.cpuMillis();
                visitor.order("ask " + REQUESTS + " " + path);
                OUT.printf(Locale.ROOT, "%-18s %6.2f ms of processor time for a request%n", path,
                        (FolderBenchmark.cpuMillis() - before) / REQUESTS);
            }
        }
    }
}
