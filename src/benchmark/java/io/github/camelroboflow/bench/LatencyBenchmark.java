package io.github.camelroboflow.bench;

import io.github.camelroboflow.component.RoboflowComponent.EngineHandle;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InferenceEngine.OpenModel;
import io.github.camelroboflow.inference.InferenceOptions;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/**
 * Measures how soon one image is finished, with one and two processors: by the server, by the engine, and by the bare net with all
 * processors, with and without decoding and resizing. Then it measures four clients at a time. The measurements take turns.
 */
public final class LatencyBenchmark {

    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
    private static final int ROUNDS = 10;
    private static final int CLIENTS = 4;
    private static final double WARM_UP = 6;
    private static final double SECONDS = 2;
    private static final PrintStream OUT = System.out;

    private LatencyBenchmark() {
    }

    /** @param args the name of a net to measure in this process; otherwise all are measured, each in processes of its own */
    public static void main(String[] args) throws Exception {
        if (args.length > 0 && !args[0].isEmpty() && !Character.isDigit(args[0].charAt(0))) {
            measure(BenchNet.valueOf(args[0]));
            System.exit(0);
        }
        OUT.printf("%d processors, Java %s; milliseconds from a request to its answer%n", PROCESSORS,
                System.getProperty("java.version"));
        OUT.printf("%-24s %10s  %-38s %7s %7s %7s %7s %8s%n", "net", "processors", "path", "clients", "p50", "p99", "p99/p50",
                "images/s");
        for (BenchNet net : BenchNet.values()) {
            net.make();
            for (int processors : IntStream.of(1, 2, PROCESSORS).filter(number -> number <= PROCESSORS).distinct().toArray()) {
                EngineBenchmark.run(processors, LatencyBenchmark.class, net.name());
            }
        }
        System.exit(0);
    }

    private static void measure(BenchNet net) throws Exception {
        byte[] image = net.samples().get(0);
        try (LoadedServer server = new LoadedServer(net); EngineHandle held = server.component().acquireEngine();
                OpenModel model = held.engine().open(net.model());
                BareLoop bare = BareLoop.onAllProcessors(net.weights(), net.side())) {
            Callable<Load.Client> engine = () -> () -> {
                held.engine().infer(net.model(), List.of(ImageSource.of("a", image)), InferenceOptions.DEFAULTS)
                        .toCompletableFuture().join();
                return true;
            };
            Map<String, Callable<? extends Load.Client>> paths = new LinkedHashMap<>();
            paths.put("bare run", () -> bare.client(image, false));
            paths.put("bare decode + resize + run", () -> bare.client(image, true));
            paths.put("engine", engine);
            paths.put("server", () -> server.client("server", net.model().value(), image));
            for (Callable<? extends Load.Client> path : paths.values()) {
                Load.measure(path, 1, WARM_UP);
            }
            print(net, paths, 1);
            paths.keySet().removeIf(path -> path.startsWith("bare"));
            for (Callable<? extends Load.Client> path : paths.values()) {
                Load.measure(path, CLIENTS, WARM_UP);
            }
            print(net, paths, CLIENTS);
        }
    }

    private static void print(BenchNet net, Map<String, Callable<? extends Load.Client>> paths, int clients) throws Exception {
        Map<String, Load.Measured> all = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (Map.Entry<String, Callable<? extends Load.Client>> path : paths.entrySet()) {
                all.merge(path.getKey(), Load.measure(path.getValue(), clients, SECONDS), Load.Measured::with);
            }
        }
        all.forEach((path, measured) -> OUT.printf(Locale.ROOT, "%-24s %10d  %-38s %7d %7.1f %7.1f %7.2f %8.1f%n", net, PROCESSORS,
                path, clients, measured.percentile(0.5), measured.percentile(0.99),
                measured.percentile(0.99) / measured.percentile(0.5), measured.perSecond()));
    }
}
