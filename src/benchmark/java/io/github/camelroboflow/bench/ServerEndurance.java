package io.github.camelroboflow.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * Runs 64 clients on the server for a long time with the shipped model. Prints requests, errors, latency and memory for each
 * minute.
 */
public final class ServerEndurance {

    private static final PrintStream OUT = System.out;
    private static final int CLIENTS = 64;

    private ServerEndurance() {
    }

    /** @param args the number of minutes */
    public static void main(String[] args) throws Exception {
        int minutes = Integer.parseInt(args[0]);
        List<byte[]> images = BenchNet.SAMPLE.samples();
        try (LoadedServer server = new LoadedServer(BenchNet.SAMPLE)) {
            long requests = 0;
            long errors = 0;
            for (int minute = 1; minute <= minutes; minute++) {
                byte[] image = images.get(minute % images.size());
                Load.Measured measured = Load.measure(() -> server.client("server", BenchNet.SAMPLE.model().value(), image),
                        CLIENTS, 60);
                requests += measured.milliseconds().length;
                errors += measured.errors();
                OUT.printf(Locale.ROOT, "minute %2d  %s  heap %d MB, resident %d MB%n", minute, measured, Load.heap(),
                        Load.resident());
            }
            OUT.printf(Locale.ROOT, "%,d requests, %,d errors%n", requests, errors);
        }
        System.exit(0);
    }
}
