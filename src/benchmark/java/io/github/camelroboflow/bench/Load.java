package io.github.camelroboflow.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.DoubleStream;

/** A load of clients that each wait for the answer before they send the next request. */
final class Load {

    private Load() {
    }

    /** Sends one image and waits for its result. Returns {@code false} for an error. */
    interface Client extends AutoCloseable {

        boolean ask() throws IOException;

        @Override
        default void close() {
        }
    }

    /** The measured figures of some clients. */
    record Measured(double perSecond, double[] milliseconds, int errors) {

        /** Returns these figures and those of another time together. */
        Measured with(Measured other) {
            double seconds = milliseconds.length / perSecond + other.milliseconds.length / other.perSecond;
            double[] all = DoubleStream.concat(Arrays.stream(milliseconds), Arrays.stream(other.milliseconds)).sorted().toArray();
            return new Measured(all.length / seconds, all, errors + other.errors);
        }

        double percentile(double share) {
            return milliseconds[(int) Math.min(milliseconds.length - 1, Math.ceil(share * milliseconds.length))];
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%8.1f/s  avg %7.1f ms  p50 %7.1f  p75 %7.1f  p90 %7.1f  p99 %7.1f  %%err %.1f",
                    perSecond, Arrays.stream(milliseconds).average().orElse(0), percentile(0.5), percentile(0.75), percentile(0.9),
                    percentile(0.99), 100.0 * errors / milliseconds.length);
        }
    }

    /** Runs that number of clients at a time, until the seconds have passed and the last answers have arrived. */
    static Measured measure(Callable<? extends Client> clients, int count, double seconds) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        List<Future<List<Long>>> clientRuns = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                clientRuns.add(threads.submit(() -> {
                    List<Long> times = new ArrayList<>();
                    try (Client client = clients.call()) {
                        while (System.nanoTime() < end) {
                            long begun = System.nanoTime();
                            boolean right = client.ask();
                            // a negative time marks an error
                            times.add(right ? System.nanoTime() - begun : begun - System.nanoTime());
                        }
                    }
                    return times;
                }));
            }
            List<Long> all = new ArrayList<>();
            for (Future<List<Long>> times : clientRuns) {
                all.addAll(times.get());
            }
            double elapsed = (System.nanoTime() - start) / 1e9;
            return new Measured(all.size() / elapsed, all.stream().mapToDouble(time -> Math.abs(time) / 1e6).sorted().toArray(),
                    (int) all.stream().filter(time -> time < 0).count());
        } finally {
            threads.shutdown();
        }
    }

    /** Returns the megabytes of the heap in use after a garbage collection. */
    static long heap() {
        System.gc();
        return (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20;
    }

    /** Returns the resident megabytes of this process if the system reports them; otherwise 0. */
    static long resident() throws IOException {
        Path status = Path.of("/proc/self/status");
        return !Files.exists(status) ? 0 : Files.readAllLines(status).stream().filter(line -> line.startsWith("VmRSS"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10).findFirst().orElse(0);
    }
}
