package io.github.camelroboflow.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.FreePorts;
import io.github.camelroboflow.server.fixture.Wire;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Measures the shipped route without the page, with the page that nobody looks at, and with a client that asks for data, pictures
 * and metrics as the page in a browser and a monitoring program do; interleaved, in the same JVM.
 */
public final class PageBenchmark {

    private static final int ROUNDS = 7;
    private static final double WARM_UP_SECONDS = 60;
    private static final String WITHOUT = "without the page";
    private static final PrintStream OUT = System.out;

    private PageBenchmark() {
    }

    public static void main(String[] args) throws Exception {
        int count = args.length > 0 && !args[0].isEmpty() ? Integer.parseInt(args[0]) : 500;
        List<byte[]> samples = BenchFiles.samples();
        List<byte[]> images = IntStream.range(0, count).mapToObj(i -> samples.get(i % samples.size())).toList();
        Map<String, Program> programs = new LinkedHashMap<>();
        programs.put(WITHOUT, new Program(false, false));
        programs.put("with the page", new Program(true, false));
        programs.put("page in a browser", new Program(true, true));
        for (double warm = 0; warm < WARM_UP_SECONDS;) {
            for (Program program : programs.values()) {
                warm += program.run(images).seconds();
            }
        }
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
        OUT.printf("pictures that the browser has got: %d%n", programs.get("page in a browser").pictures);
        System.exit(0);
    }

    /** A program with the shipped route, which is suspended while others are measured. */
    private static final class Program {

        private static final String ROUTE = "watch-folder";

        private final int port = FreePorts.free();
        private final boolean isLookedAt;
        private final WatchedFolder folder;
        private final InboxLoad load;
        private int pictures;

        Program(boolean hasPage, boolean isLookedAt) throws Exception {
            this.isLookedAt = isLookedAt;
            Path data = Files.createTempDirectory(Path.of("target"), "bench");
            folder = new WatchedFolder(data).with("inbox.delay", "10").with("page.enabled", String.valueOf(hasPage))
                    .with("page.port", String.valueOf(port)).start();
            folder.context().getRouteController().suspendRoute(ROUTE);
            load = new InboxLoad(folder.context(), data.resolve("inbox"));
        }

        InboxLoad.Measured run(List<byte[]> images) throws Exception {
            CountDownLatch end = new CountDownLatch(1);
            Thread browser = new Thread(() -> look(end), "browser");
            folder.context().getRouteController().resumeRoute(ROUTE);
            try {
                if (isLookedAt) {
                    browser.start();
                }
                return load.run(images);
            } finally {
                end.countDown();
                browser.join();
                folder.context().getRouteController().suspendRoute(ROUTE);
            }
        }

        /** Asks once a second for news, and between that for pictures with the pauses that the program wants. */
        private void look(CountDownLatch end) {
            Deque<Long> waiting = new ArrayDeque<>();
            long last = 0;
            try {
                do {
                    JsonNode live = get("/live?after=" + last).json();
                    for (JsonNode result : live.path("results")) {
                        last = Math.max(last, result.path("number").asLong());
                        waiting.addFirst(result.path("number").asLong());
                    }
                    get("/observe/metrics");
                    long pause = Math.max(1, live.path("picturePause").asLong());
                    for (long spent = 0; spent < 1000 && !end.await(pause, TimeUnit.MILLISECONDS); spent += pause) {
                        if (!waiting.isEmpty() && get("/picture/" + waiting.removeFirst()).status() == 200) {
                            pictures++;
                        }
                    }
                } while (!end.await(0, TimeUnit.MILLISECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private Wire.Response get(String path) {
            return Wire.ask(port, "GET", path, new String[0], null);
        }
    }
}
