package io.github.camelroboflow.bench;

import io.github.camelroboflow.component.HeldEngine;
import io.github.camelroboflow.component.InferenceRuntime;
import io.github.camelroboflow.component.RoboflowComponent;
import io.github.camelroboflow.component.RoboflowConfiguration;
import io.github.camelroboflow.component.server.RoboflowServerEndpoint;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.server.Wire;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * Requests per second over loopback, against the engine called directly from as many threads in the same JVM, in turns; and of the HTTP
 * layer and a route alone, with a route that answers at once. Clients wait for each answer before they send the next request.
 */
public final class ServerBenchmark {

    private static final PrintStream OUT = System.out;
    private static final int IMAGE_BYTES = 225_000;
    private static final List<Integer> CLIENTS = List.of(1, 4, 16, 64);
    private static final int ROUNDS = 3;

    private final String model;
    private final double seconds;
    private final List<Integer> clientCounts;

    private ServerBenchmark(String model, double seconds, List<Integer> clientCounts) {
        this.model = model;
        this.seconds = seconds;
        this.clientCounts = clientCounts;
    }

    /** Sends one image and waits for its result; {@code false} if that was an error. */
    private interface Client extends AutoCloseable {

        boolean ask() throws IOException;

        @Override
        default void close() {
        }
    }

    /** What some clients got. */
    private record Measured(double perSecond, double[] milliseconds, int errors) {

        double percentile(double share) {
            return milliseconds[(int) Math.min(milliseconds.length - 1, Math.ceil(share * milliseconds.length))];
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%8.1f/s  avg %7.1f ms  p50 %7.1f  p75 %7.1f  p90 %7.1f  p99 %7.1f  %%err %.1f", perSecond,
                    Arrays.stream(milliseconds).average().orElse(0), percentile(0.5), percentile(0.75), percentile(0.9),
                    percentile(0.99), 100.0 * errors / milliseconds.length);
        }
    }

    /**
     * @param args none, or the folder of models, the model, the image, how many seconds each measurement takes, and the numbers of
     *             clients separated by commas; the last two may be left out
     */
    public static void main(String[] args) throws Exception {
        boolean given = args.length > 2;
        Path models = Path.of(given ? args[0] : "config/models");
        String model = given ? args[1] : "parts-detect/1";
        Path image = Path.of(given ? args[2] : "config/samples/bolts-and-nuts.jpg");
        ServerBenchmark benchmark = new ServerBenchmark(model, args.length > 3 ? Double.parseDouble(args[3]) : 5,
                args.length > 4 ? Arrays.stream(args[4].split(",")).map(Integer::valueOf).toList() : CLIENTS);
        try (DefaultCamelContext context = context(models)) {
            benchmark.against(context, Files.readAllBytes(image));
            benchmark.httpAlone(port(context, "nothing"));
        }
        System.exit(0);
    }

    private static DefaultCamelContext context(Path models) throws Exception {
        DefaultCamelContext context = new DefaultCamelContext();
        RoboflowConfiguration defaults = new RoboflowConfiguration();
        defaults.setRuntime(InferenceRuntime.EMBEDDED);
        defaults.setModelsDirectory(models.toString());
        context.getComponent("roboflow", RoboflowComponent.class).setConfiguration(defaults);
        Inference nothing = InferenceJson.read("{\"inference_id\":\"i\",\"time\":0.1,\"image\":{\"width\":9,\"height\":9},\"predictions\":[]}");
        context.addRoutes(new RouteBuilder() {

            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("roboflow-server:localhost:0").routeId("server").toD("roboflow:${header.CamelRoboflowRequestedModel}");
                from("roboflow-server:127.0.0.1:0").routeId("nothing").process(exchange -> exchange.getMessage().setBody(nothing));
            }
        });
        context.start();
        return context;
    }

    private static int port(DefaultCamelContext context, String route) {
        String url = ((RoboflowServerEndpoint) context.getRoute(route).getEndpoint()).url().orElseThrow();
        return Integer.parseInt(url.substring(url.lastIndexOf(':') + 1));
    }

    private void against(DefaultCamelContext context, byte[] image) throws Exception {
        byte[] body = Base64.getEncoder().encode(image);
        int port = port(context, "server");
        OUT.printf("%s, image of %d bytes, %d processors%n", model, image.length, Runtime.getRuntime().availableProcessors());
        try (HeldEngine held = context.getComponent("roboflow", RoboflowComponent.class).holdEngine()) {
            ModelId id = new ModelId(model);
            held.engine().open(id);
            Callable<Client> direct = () -> () -> {
                held.engine().infer(id, List.of(ImageSource.of("a", image)), InferenceOptions.DEFAULTS).toCompletableFuture().join();
                return true;
            };
            measure(direct, 4);
            measure(() -> over(port, model, body), 4);
            for (int clients : clientCounts) {
                List<Double> ratios = new ArrayList<>();
                for (int round = 0; round < ROUNDS; round++) {
                    Measured engine = measure(direct, clients);
                    Measured http = measure(() -> over(port, model, body), clients);
                    ratios.add(http.perSecond() / engine.perSecond());
                    OUT.printf("%2d  direct %s%n    http   %s%n", clients, engine, http);
                }
                OUT.printf(Locale.ROOT, "%2d  http/direct %.2f (median of %s); heap %d MB, resident %d MB%n", clients,
                        ratios.stream().sorted().toList().get(ROUNDS / 2), ratios.stream().map(ratio ->
                                String.format(Locale.ROOT, "%.2f", ratio)).toList(), heap(), resident());
            }
        }
    }

    private void httpAlone(int port) throws Exception {
        byte[] bytes = new byte[IMAGE_BYTES];
        new Random(1).nextBytes(bytes);
        byte[] body = Base64.getEncoder().encode(bytes);
        OUT.printf("HTTP and a route that answers at once, bodies of %d bytes%n", body.length);
        measure(() -> over(port, model, body), 16);
        for (int clients : clientCounts) {
            OUT.printf("%2d  http   %s%n", clients, measure(() -> over(port, model, body), clients));
        }
        OUT.printf("heap %d MB, resident %d MB%n", heap(), resident());
    }

    private static Client over(int port, String model, byte[] body) {
        Wire wire = new Wire(port);
        String[] headers = {"Content-Type: application/x-www-form-urlencoded"};
        return new Client() {

            @Override
            public boolean ask() {
                return wire.request("POST", "/" + model, headers, body).status() == 200;
            }

            @Override
            public void close() {
                wire.close();
            }
        };
    }

    private Measured measure(Callable<Client> clients, int count) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        List<Future<List<Long>>> asked = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                asked.add(threads.submit(() -> {
                    List<Long> times = new ArrayList<>();
                    try (Client client = clients.call()) {
                        while (System.nanoTime() < end) {
                            long begun = System.nanoTime();
                            boolean right = client.ask();
                            // an error is told by its sign
                            times.add(right ? System.nanoTime() - begun : begun - System.nanoTime());
                        }
                    }
                    return times;
                }));
            }
            List<Long> all = new ArrayList<>();
            for (Future<List<Long>> times : asked) {
                all.addAll(times.get());
            }
            double elapsed = (System.nanoTime() - start) / 1e9;
            return new Measured(all.size() / elapsed, all.stream().mapToDouble(time -> Math.abs(time) / 1e6).sorted().toArray(),
                    (int) all.stream().filter(time -> time < 0).count());
        } finally {
            threads.shutdown();
        }
    }

    private static long heap() {
        System.gc();
        return (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20;
    }

    /** Of this process, where the system tells it; otherwise 0. */
    private static long resident() throws IOException {
        Path status = Path.of("/proc/self/status");
        return !Files.exists(status) ? 0 : Files.readAllLines(status).stream().filter(line -> line.startsWith("VmRSS"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10).findFirst().orElse(0);
    }
}
