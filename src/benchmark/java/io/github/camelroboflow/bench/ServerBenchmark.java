package io.github.camelroboflow.bench;

import io.github.camelroboflow.component.RoboflowComponent.EngineHandle;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InferenceOptions;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;

/**
 * Measures requests per second over loopback, in turns with direct calls of the engine from as many threads in the same JVM, for
 * the shipped model and for a net of YOLOv8n's size. Also measures the HTTP layer alone, in front of a route that answers at once.
 * Clients wait for each answer before they send the next request.
 */
public final class ServerBenchmark {

    private static final PrintStream OUT = System.out;
    private static final int IMAGE_BYTES = 225_000;
    private static final List<Integer> CLIENTS = List.of(1, 4, 16, 64);
    private static final int ROUNDS = 3;
    private static final double SECONDS = 5;

    private ServerBenchmark() {
    }

    /** @param args not used */
    public static void main(String[] args) throws Exception {
        OUT.printf("%d processors, Java %s%n", Runtime.getRuntime().availableProcessors(), System.getProperty("java.version"));
        for (BenchNet net : BenchNet.values()) {
            net.make();
            try (LoadedServer server = new LoadedServer(net)) {
                against(server, net);
            }
        }
        try (LoadedServer server = new LoadedServer(BenchNet.SAMPLE)) {
            httpAlone(server);
        }
        System.exit(0);
    }

    private static void against(LoadedServer server, BenchNet net) throws Exception {
        byte[] image = net.samples().get(0);
        OUT.printf("%s, image of %d bytes%n", net, image.length);
        try (EngineHandle held = server.component().acquireEngine()) {
            held.engine().open(net.model());
            Callable<Load.Client> direct = () -> () -> {
                held.engine().infer(net.model(), List.of(ImageSource.of("a", image)), InferenceOptions.DEFAULTS)
                        .toCompletableFuture().join();
                return true;
            };
            Callable<Load.Client> http = () -> server.client("server", net.model().value(), image);
            Load.measure(direct, 4, SECONDS);
            Load.measure(http, 4, SECONDS);
            for (int clients : CLIENTS) {
                List<Double> ratios = new ArrayList<>();
                for (int round = 0; round < ROUNDS; round++) {
                    Load.Measured alone = Load.measure(direct, clients, SECONDS);
                    Load.Measured served = Load.measure(http, clients, SECONDS);
                    ratios.add(served.perSecond() / alone.perSecond());
                    OUT.printf("%2d  direct %s%n    http   %s%n", clients, alone, served);
                }
                OUT.printf(Locale.ROOT, "%2d  http/direct %.2f (median of %s); heap %d MB, resident %d MB%n", clients,
                        ratios.stream().sorted().toList().get(ROUNDS / 2), ratios.stream().map(ratio ->
                                String.format(Locale.ROOT, "%.2f", ratio)).toList(), Load.heap(), Load.resident());
            }
        }
    }

    private static void httpAlone(LoadedServer server) throws Exception {
        byte[] bytes = new byte[IMAGE_BYTES];
        new Random(1).nextBytes(bytes);
        OUT.printf("HTTP and a route that answers at once, base64 of %d bytes%n", bytes.length);
        Callable<Load.Client> client = () -> server.client("nothing", BenchNet.SAMPLE.model().value(), bytes);
        Load.measure(client, 16, SECONDS);
        for (int clients : CLIENTS) {
            OUT.printf("%2d  http   %s%n", clients, Load.measure(client, clients, SECONDS));
        }
        OUT.printf("heap %d MB, resident %d MB%n", Load.heap(), Load.resident());
    }
}
