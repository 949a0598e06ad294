package io.github.camelroboflow.bench;

import com.sun.management.OperatingSystemMXBean;
import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.ThreadMXBean;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.ProcessorDefinition;

/**
 * Measures images per second from a folder to a server in another process that answers after 100 ms. Compares in turns the shipped
 * route, plain routes with {@code roboflow:} (with workers of the endpoint, with the step {@code threads}, and on the one thread of
 * the file consumer), a handwritten route with {@code http:}, and a loop that sends one image after the other.
 */
public final class HostedBenchmark {

    private static final int IMAGE_BYTES = 300_000;
    private static final int DELAY_MILLIS = 100;
    private static final int ROUNDS = 5;
    private static final PrintStream OUT = System.out;

    private final int count;
    private final int inFlight;
    private final String server;
    private final Path image;

    private HostedBenchmark(int count, int inFlight, String server, Path image) {
        this.count = count;
        this.inFlight = inFlight;
        this.server = server;
        this.image = image;
    }

    /** @param args the number of images and of requests in flight, such as {@code 3000x64}; several separated by commas */
    public static void main(String[] args) throws Exception {
        Path image = Files.createTempFile(Path.of("target"), "bench", ".jpg");
        byte[] bytes = new byte[IMAGE_BYTES];
        new Random(1).nextBytes(bytes);
        byte[] photo = Files.readAllBytes(Path.of("config/samples/bolts-and-nuts.jpg"));
        System.arraycopy(photo, 0, bytes, 0, photo.length);
        Files.write(image, bytes);
        Process server = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), FakeRoboflow.class.getName(), "0", String.valueOf(DELAY_MILLIS), "1000")
                        .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader output = new BufferedReader(new InputStreamReader(server.getInputStream()))) {
            String address = "http://127.0.0.1:" + output.readLine();
            for (String arguments : (args.length > 0 && args[0].contains("x") ? args[0] : "3000x64,800x8").split(",")) {
                String[] numbers = arguments.split("x");
                new HostedBenchmark(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]), address, image).run();
            }
        } finally {
            server.destroy();
            Files.delete(image);
        }
        System.exit(0);
    }

    @FunctionalInterface
    private interface Contestant {
        /** Returns the seconds for that number of images. */
        double seconds(int images) throws Exception;
    }

    /** The figures of one run. */
    private record Run(double imagesPerSecond, double cpuMillis, double peakHeap, double threads) {
    }

    private void run() throws Exception {
        double limit = inFlight * 1000.0 / DELAY_MILLIS;
        OUT.printf(Locale.ROOT, "%n%d images of %d KB, %d in flight, server answers after %d ms, Java %s: the limit"
                + " is %.0f images/s%n", count, IMAGE_BYTES / 1000, inFlight, DELAY_MILLIS,
                System.getProperty("java.version"), limit);
        Map<String, Contestant> contestants = new LinkedHashMap<>();
        contestants.put("shipped route watch-folder", this::shippedRoute);
        contestants.put("file -> roboflow, workers", images -> route(images, inbox -> ours(inbox, "auto", 0)));
        contestants.put("file -> threads -> roboflow", images -> route(images, inbox -> ours(inbox, "0", inFlight)));
        contestants.put("one thread: file -> roboflow", images -> route(images, inbox -> ours(inbox, "0", 0)));
        contestants.put("file -> http by hand", images -> route(images, this::byHand));
        contestants.put("one after the other", this::loop);
        Map<String, Run[]> runs = new LinkedHashMap<>();
        contestants.keySet().forEach(name -> runs.put(name, new Run[ROUNDS]));
        for (int round = -1; round < ROUNDS; round++) {
            for (Map.Entry<String, Contestant> contestant : contestants.entrySet()) {
                boolean sequential = contestant.getKey().startsWith("one");
                int images = sequential ? Math.min(count, 50) : round < 0 ? Math.min(count, 500) : count;
                Run run = measure(contestant.getValue(), images);
                if (round >= 0) {
                    runs.get(contestant.getKey())[round] = run;
                }
            }
        }
        OUT.printf("%-28s %10s %8s %14s %14s %8s   %s%n", "", "images/s", "of limit", "CPU ms/image", "peak heap MB",
                "threads", "rounds");
        runs.forEach((name, all) -> OUT.printf(Locale.ROOT, "%-28s %10.1f %7.0f%% %14.2f %14.0f %8.0f   %s%n", name,
                median(all, Run::imagesPerSecond), 100 * median(all, Run::imagesPerSecond) / limit, median(all, Run::cpuMillis),
                median(all, Run::peakHeap), median(all, Run::threads),
                Arrays.stream(all).map(run -> String.format(Locale.ROOT, "%.0f", run.imagesPerSecond)).toList()));
    }

    private static Run measure(Contestant contestant, int images) throws Exception {
        System.gc();
        List<MemoryPoolMXBean> heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP).toList();
        heap.forEach(MemoryPoolMXBean::resetPeakUsage);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        threads.resetPeakThreadCount();
        double before = cpuMillis();
        double seconds = contestant.seconds(images);
        return new Run(images / seconds, (cpuMillis() - before) / images,
                heap.stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum() / 1e6, threads.getPeakThreadCount());
    }

    private double shippedRoute(int images) throws Exception {
        Path data = Files.createTempDirectory(Path.of("target"), "bench");
        try (WatchedFolder folder = new WatchedFolder(data).with("inbox.delay", "10").with("model", FakeRoboflow.MODEL)
                .with("camel.component.roboflow.runtime", "hosted").with("camel.component.roboflow.apiUrl", server)
                .with("camel.component.roboflow.apiKey", FakeRoboflow.KEY)
                .with("camel.component.roboflow.maxConcurrentRequests", String.valueOf(inFlight)).start()) {
            CountDownLatch left = new CountDownLatch(images);
            folder.context().getManagementStrategy().addEventNotifier(new Finished(left));
            Path waiting = fill(data.resolve("waiting"), images);
            long start = System.nanoTime();
            Files.move(waiting, data.resolve("inbox/batch"));
            left.await();
            return (System.nanoTime() - start) / 1e9;
        } finally {
            delete(data);
        }
    }

    private double route(int images, Function<Path, RouteBuilder> routes) throws Exception {
        Path data = Files.createTempDirectory(Path.of("target"), "bench");
        Path inbox = Files.createDirectories(data.resolve("inbox"));
        CountDownLatch left = new CountDownLatch(images);
        CamelContext context = new DefaultCamelContext();
        try {
            context.getManagementStrategy().addEventNotifier(new Finished(left));
            context.addRoutes(routes.apply(inbox));
            Path waiting = fill(data.resolve("waiting"), images);
            context.start();
            long start = System.nanoTime();
            Files.move(waiting, inbox.resolve("batch"));
            left.await();
            return (System.nanoTime() - start) / 1e9;
        } finally {
            context.close();
            delete(data);
        }
    }

    private RouteBuilder ours(Path inbox, String workers, int threads) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                ProcessorDefinition<?> route = from("file:" + inbox + "?recursive=true&delete=true&delay=10&initialDelay=0");
                (threads == 0 ? route : route.threads(threads, threads).maxQueueSize(threads))
                        .to("roboflow:" + FakeRoboflow.MODEL + "?workers=" + workers + "&apiUrl=" + server
                                + "&apiKey=" + FakeRoboflow.KEY + "&maxConcurrentRequests=" + inFlight);
            }
        };
    }

    private RouteBuilder byHand(Path inbox) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("file:" + inbox + "?recursive=true&delete=true&delay=10&initialDelay=0")
                        .threads(inFlight, inFlight).maxQueueSize(inFlight)
                        .process(exchange -> {
                            byte[] bytes = exchange.getMessage().getBody(byte[].class);
                            exchange.getMessage().setBody(Base64.getEncoder().encode(bytes));
                            exchange.getMessage().setHeader(Exchange.HTTP_METHOD, "POST");
                            exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/x-www-form-urlencoded");
                        })
                        .to(server + "/" + FakeRoboflow.MODEL + "?api_key=" + FakeRoboflow.KEY
                                + "&confidence=40&connectionsPerRoute=" + inFlight)
                        .unmarshal().json();
            }
        };
    }

    /** Sends one image after the other, as base64 with the JDK's own client. */
    private double loop(int images) throws IOException {
        long start = System.nanoTime();
        for (int i = 0; i < images; i++) {
            HttpURLConnection connection = (HttpURLConnection) new URL(server + "/" + FakeRoboflow.MODEL + "?api_key="
                    + FakeRoboflow.KEY).openConnection();
            connection.setRequestMethod("POST");
            connection.setDoOutput(true);
            connection.getOutputStream().write(Base64.getEncoder().encode(Files.readAllBytes(image)));
            connection.getInputStream().readAllBytes();
        }
        return (System.nanoTime() - start) / 1e9;
    }

    /** Fills a folder with links to one image, since the directory entries are the cost of a folder. */
    private Path fill(Path folder, int images) throws IOException {
        Files.createDirectories(folder);
        for (int i = 0; i < images; i++) {
            Files.createLink(folder.resolve(i + ".jpg"), image);
        }
        return folder;
    }

    private static double cpuMillis() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e6;
    }

    private static double median(Run[] runs, ToDoubleFunction<Run> figure) {
        double[] figures = Arrays.stream(runs).mapToDouble(figure).sorted().toArray();
        return figures[figures.length / 2];
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
