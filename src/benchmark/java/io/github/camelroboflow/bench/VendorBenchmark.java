package io.github.camelroboflow.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/**
 * Compares the server with another one that speaks Roboflow's HTTP API, in pairs of measurements: requests per second and
 * milliseconds of 1, 4 and 16 clients that each wait for their answer, with images of 49 and 425 kB. The argument holds, separated
 * by commas: the address of the other server, such as {@code http://localhost:9001}; {@code SAMPLE} or {@code LARGE} (the default)
 * for the net; the other server's id of the same model, if it has another. Without an address, both are our server, so that the
 * ratio is about 1. Each of ours is a process of its own, with the options of this one. The environment variable
 * {@code ROBOFLOW_API_KEY} holds the key for the other server, if it wants one.
 */
public final class VendorBenchmark {

    private static final int[] CLIENTS = {1, 4, 16};
    private static final int[] IMAGE_BYTES = {49_000, 425_000};
    private static final ImageSize LARGEST = new ImageSize(3200, 2400);
    private static final int PAIRS = 6;
    private static final double SECONDS = 5;
    private static final double WARM_UP_SECONDS = 20;
    private static final int WARM_UP_CLIENTS = 4;
    private static final String SERVE = "serve";
    private static final PrintStream OUT = System.out;

    private VendorBenchmark() {
    }

    public static void main(String[] args) throws Exception {
        List<String> arguments = List.of(args.length > 0 ? args[0].split(",") : new String[0]);
        BenchNet net = arguments.contains(BenchNet.SAMPLE.name()) ? BenchNet.SAMPLE : BenchNet.LARGE;
        net.make();
        if (arguments.contains(SERVE)) {
            serve(net);
        } else {
            String model = arguments.stream().filter(argument -> argument.matches("[^:/]+/[^/]+")).findFirst()
                    .orElse(net.model().value());
            String address = arguments.stream().filter(argument -> argument.contains("://")).findFirst().orElse("");
            try (OurServer ours = new OurServer(net)) {
                if (address.isEmpty()) {
                    try (OurServer second = new OurServer(net)) {
                        compare(net, ours.address, second.address);
                    }
                } else {
                    String key = System.getenv("ROBOFLOW_API_KEY");
                    compare(net, ours.address, address + "/" + model + (key == null ? "" : "?api_key=" + key));
                }
            }
        }
        System.exit(0);
    }

    private static void serve(BenchNet net) throws Exception {
        try (LoadedServer server = new LoadedServer(net)) {
            OUT.println(SERVE + " " + server.url("server"));
            // until the other end is closed
            System.in.readAllBytes();
        }
    }

    private static void compare(BenchNet net, String ours, String other) throws Exception {
        OUT.printf("%s, %d processors, Java %s%n", net, Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.version"));
        HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        byte[] sample = BenchNet.SAMPLE.samples().get(0);
        for (int bytes : IMAGE_BYTES) {
            byte[] image = Jpegs.ofBytes(sample, bytes, LARGEST);
            byte[] body = Base64.getEncoder().encode(image);
            OUT.printf(Locale.ROOT, "image of %d kB: %d predictions of ours, %d of the other%n", image.length / 1000,
                    predictions(http, ours, body), predictions(http, other, body));
            Callable<Load.Client> us = () -> () -> ask(http, ours, body).statusCode() == 200;
            Callable<Load.Client> them = () -> () -> ask(http, other, body).statusCode() == 200;
            Load.measure(us, WARM_UP_CLIENTS, WARM_UP_SECONDS);
            Load.measure(them, WARM_UP_CLIENTS, WARM_UP_SECONDS);
            for (int clients : CLIENTS) {
                pairs(us, them, clients, image.length / 1000);
            }
        }
    }

    private static void pairs(Callable<Load.Client> us, Callable<Load.Client> them, int clients, int kilobytes) throws Exception {
        Medians figures = new Medians();
        for (int pair = 0; pair < PAIRS; pair++) {
            boolean first = pair % 2 == 0;
            Load.Measured one = Load.measure(first ? us : them, clients, SECONDS);
            Load.Measured two = Load.measure(first ? them : us, clients, SECONDS);
            add(figures, "ours", first ? one : two);
            add(figures, "other", first ? two : one);
        }
        for (String name : List.of("ours", "other")) {
            OUT.printf(Locale.ROOT, "%3d kB, %2d clients, %-5s  %7.1f requests/s, median %7.1f ms, 99th percentile %7.1f ms,"
                    + " errors %.0f%n", kilobytes, clients, name, figures.median(name), figures.median(name + " p50"),
                    figures.median(name + " p99"), figures.quantile(name + " errors", 1));
        }
        OUT.printf("%3d kB, %2d clients, ours against the other: %s of the requests/s%n", kilobytes, clients,
                figures.ratio("ours", "other"));
    }

    private static void add(Medians figures, String name, Load.Measured measured) {
        figures.add(name, measured.perSecond());
        figures.add(name + " p50", measured.percentile(0.5));
        figures.add(name + " p99", measured.percentile(0.99));
        figures.add(name + " errors", measured.errors());
    }

    /** @throws IllegalStateException if there is no answer with predictions */
    private static int predictions(HttpClient http, String server, byte[] body) throws IOException {
        HttpResponse<byte[]> response = ask(http, server, body);
        if (response.statusCode() != 200) {
            throw new IllegalStateException(server.replaceFirst("\\?.*", "") + " answers " + response.statusCode() + ": "
                    + new String(response.body(), StandardCharsets.UTF_8));
        }
        return new JsonMapper().readTree(response.body()).path("predictions").size();
    }

    private static HttpResponse<byte[]> ask(HttpClient http, String server, byte[] body) throws IOException {
        try {
            return http.send(HttpRequest.newBuilder(URI.create(server))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("stopped", e);
        }
    }

    /** Our server with a net, in a process of its own. */
    private static final class OurServer implements AutoCloseable {

        private final Process process;
        private final String address;

        OurServer(BenchNet net) throws IOException {
            List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
            command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
            Collections.addAll(command, "-cp", System.getProperty("java.class.path"), VendorBenchmark.class.getName(),
                    SERVE + "," + net.name());
            process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String line = output.readLine();
            while (line != null && !line.startsWith(SERVE)) {
                line = output.readLine();
            }
            if (line == null) {
                throw new IllegalStateException("the server did not start");
            }
            address = line.substring(SERVE.length() + 1) + "/" + net.model().value();
        }

        @Override
        public void close() {
            process.destroy();
        }
    }
}
