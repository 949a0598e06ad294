package io.github.camelroboflow.bench;

import com.sun.management.OperatingSystemMXBean;
import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.embedded.image.ImageDecoder;
import io.github.camelroboflow.inference.InferenceOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Measures images per second through the shipped route against the bare loop in the same JVM with the same threads, in turns. The
 * argument holds, separated by commas: a number of images; {@code SAMPLE} (the default) or {@code LARGE}, a net of YOLOv8n's size;
 * {@code process} or {@code power} for one durability only. With {@code summary}, the route runs without a summary and with one
 * of each minute instead, with the durability {@code process}. With {@code memory} alone, measures the memory after 1,000 to 10,000
 * mixed files.
 */
public final class FolderBenchmark {

    private static final int ROUNDS = 7;
    /** The time after which the JVM has compiled what runs. */
    private static final double WARM_UP_SECONDS = 60;
    private static final int CHECKS = 10;
    private static final String BARE = "bare loop";
    private static final PrintStream OUT = System.out;

    private FolderBenchmark() {
    }

    public static void main(String[] args) throws Exception {
        List<String> arguments = List.of(args.length > 0 ? args[0].split(",") : new String[0]);
        if (arguments.contains("memory")) {
            memory();
        } else {
            speed(arguments);
        }
        System.exit(0);
    }

    private static void speed(List<String> arguments) throws Exception {
        BenchNet net = arguments.contains(BenchNet.LARGE.name()) ? BenchNet.LARGE : BenchNet.SAMPLE;
        List<String> durabilities = new ArrayList<>(List.of("process", "power"));
        if (!Collections.disjoint(durabilities, arguments)) {
            durabilities.retainAll(arguments);
        }
        int count = net.images(arguments.stream().filter(argument -> argument.matches("\\d+")).findFirst().map(Integer::valueOf)
                .orElse(1000));
        List<byte[]> samples = net == BenchNet.SAMPLE ? BenchFiles.samples() : net.samples();
        List<byte[]> images = IntStream.range(0, count).mapToObj(i -> samples.get(i % samples.size())).toList();
        int threads = Runtime.getRuntime().availableProcessors();
        OUT.printf(Locale.ROOT, "%s, %d images, %d threads, Java %s%n", net, count, threads, System.getProperty("java.version"));
        net.make();
        Map<String, ShippedRoute> routes = new LinkedHashMap<>();
        if (arguments.contains("summary")) {
            for (String seconds : List.of("0", "60")) {
                routes.put("route, log.summary=" + seconds, new ShippedRoute(net, "process", seconds));
            }
        } else {
            for (String durability : durabilities) {
                routes.put("route, durability=" + durability, new ShippedRoute(net, durability, "60"));
            }
        }
        Medians perSecond = new Medians();
        Medians processor = new Medians();
        try (BareLoop loop = new BareLoop(net.weights(), net.side())) {
            for (double warm = 0; warm < WARM_UP_SECONDS;) {
                warm += loop.run(images, threads);
                for (ShippedRoute route : routes.values()) {
                    warm += route.run(images).seconds();
                }
            }
            for (int round = 0; round < ROUNDS; round++) {
                double before = cpuMillis();
                perSecond.add(BARE, count / loop.run(images, threads));
                processor.add(BARE, (cpuMillis() - before) / count);
                for (Map.Entry<String, ShippedRoute> route : routes.entrySet()) {
                    InboxLoad.Measured measured = route.getValue().run(images);
                    perSecond.add(route.getKey(), count / measured.seconds());
                    processor.add(route.getKey(), measured.processorMillis() / count);
                }
            }
        }
        for (String name : perSecond.names()) {
            OUT.printf(Locale.ROOT, "%-25s %6.1f images/s (%s), processor time per image %5.2f ms; %s%n", name,
                    perSecond.median(name), perSecond.ratio(name, BARE), processor.median(name), perSecond.rounds(name));
        }
        OUT.printf(Locale.ROOT, "the check for damage, a part of the route only: %.2f ms%n", checkMillis(samples));
        OUT.printf("peak memory (resident): %s%n", status("VmHWM"));
        for (ShippedRoute route : routes.values()) {
            route.close();
        }
    }

    /** Returns the processor time of the check of an image, one after the other. */
    private static double checkMillis(List<byte[]> samples) {
        double before = cpuMillis();
        for (int i = 0; i < CHECKS; i++) {
            samples.forEach(sample -> ImageDecoder.check("sample", sample, InferenceOptions.DEFAULTS));
        }
        return (cpuMillis() - before) / CHECKS / samples.size();
    }

    /** The route. It is suspended while others are measured. */
    private static final class ShippedRoute implements AutoCloseable {

        private static final String ID = "watch-folder";

        private final Path data = Files.createTempDirectory(Path.of("target"), "bench");
        private final WatchedFolder folder;
        private final InboxLoad load;

        ShippedRoute(BenchNet net, String durability, String summary) throws Exception {
            folder = new WatchedFolder(data).with("inbox.delay", "10").with("durability", durability)
                    .with("log.summary", summary).with("model", net.model().value()).with("conditions.unknownClasses", "warn")
                    .with("camel.component.roboflow.modelsDirectory", net.directory().toString()).start();
            folder.context().getRouteController().suspendRoute(ID);
            load = new InboxLoad(folder.context(), data.resolve("inbox"));
        }

        InboxLoad.Measured run(List<byte[]> images) throws Exception {
            folder.context().getRouteController().resumeRoute(ID);
            try {
                return load.run(images);
            } finally {
                folder.context().getRouteController().suspendRoute(ID);
            }
        }

        @Override
        public void close() throws IOException {
            folder.close();
            BenchFiles.delete(data);
        }
    }

    /** Returns the processor time of this process in milliseconds. */
    static double cpuMillis() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e6;
    }

    private static void memory() throws Exception {
        List<byte[]> samples = BenchFiles.samples();
        Path data = Files.createTempDirectory(Path.of("target"), "bench");
        try (WatchedFolder folder = new WatchedFolder(data).start()) {
            int dropped = 0;
            for (int count : new int[] {1_000, 2_000, 5_000, 10_000}) {
                for (; dropped < count; dropped++) {
                    byte[] sample = samples.get(dropped % samples.size());
                    folder.drop(switch (dropped % 20) {
                        case 7 -> new byte[0];
                        case 13 -> Arrays.copyOf(sample, sample.length / 2);
                        case 17 -> "no image".getBytes();
                        default -> sample;
                    }, "day " + dropped / 500 + "/" + dropped + ".jpg");
                }
                awaitEnd(folder, count);
                System.gc();
                Runtime runtime = Runtime.getRuntime();
                OUT.printf(Locale.ROOT, "after %,d files: resident %s, heap in use %d MB%n", count, status("VmRSS"),
                        (runtime.totalMemory() - runtime.freeMemory()) >> 20);
            }
        } finally {
            BenchFiles.delete(data);
        }
    }

    private static void awaitEnd(WatchedFolder folder, int count) {
        while (images(folder, "done") + images(folder, "failed") < count) {
            LockSupport.parkNanos(50_000_000);
        }
    }

    private static long images(WatchedFolder folder, String name) {
        return folder.files(name).stream().filter(file -> file.endsWith(".jpg")).count();
    }

    /** Returns a line of Linux's status of this process; elsewhere unknown. */
    static String status(String key) throws IOException {
        Path status = Path.of("/proc/self/status");
        if (Files.notExists(status)) {
            return "unknown";
        }
        return Files.readAllLines(status).stream().filter(line -> line.startsWith(key + ":"))
                .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024 + " MB").findFirst().orElse("unknown");
    }
}
