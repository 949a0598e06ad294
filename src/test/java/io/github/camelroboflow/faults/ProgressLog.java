package io.github.camelroboflow.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;

/** Counts the finished images all the time, to find out how long a fault held up everything. */
final class ProgressLog implements AutoCloseable {

    private static final long SAMPLE_MILLIS = 250;
    /** The time after a fault in which a standstill is a consequence of it, even if the next fault comes earlier. */
    private static final Duration AFTERMATH = Duration.ofSeconds(5);

    /** The moment when the number of finished images grew. */
    private record Step(long nanos, int finished) {
    }

    private record Fault(String kind, long nanos) {
    }

    private final List<Step> steps = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

    ProgressLog(IntSupplier finished) {
        steps.add(new Step(System.nanoTime(), 0));
        thread.scheduleWithFixedDelay(() -> sample(finished.getAsInt()), 0, SAMPLE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private synchronized void sample(int now) {
        if (now > finished()) {
            steps.add(new Step(System.nanoTime(), now));
        }
    }

    synchronized int finished() {
        return steps.get(steps.size() - 1).finished;
    }

    synchronized void fault(String kind) {
        faults.add(new Fault(kind, System.nanoTime()));
    }

    /** Returns, for each kind of fault, the longest time without progress that began before the next fault. */
    synchronized String standstills() {
        Map<String, List<Duration>> longest = new TreeMap<>();
        for (int i = 0; i < faults.size(); i++) {
            Fault fault = faults.get(i);
            long next = i + 1 < faults.size() ? faults.get(i + 1).nanos : Long.MAX_VALUE;
            longest.computeIfAbsent(fault.kind, kind -> new ArrayList<>())
                    .add(longestGap(fault.nanos, Math.max(next, fault.nanos + AFTERMATH.toNanos())));
        }
        return longest.entrySet().stream().map(kind -> {
            List<Duration> sorted = kind.getValue().stream().sorted().toList();
            return String.format(Locale.ROOT, "%s (%d): %.1f s, at most %.1f s", kind.getKey(), sorted.size(),
                    seconds(sorted.get(sorted.size() / 2)), seconds(sorted.get(sorted.size() - 1)));
        }).collect(Collectors.joining(", "));
    }

    private Duration longestGap(long from, long to) {
        long longest = 0;
        for (int i = 1; i < steps.size(); i++) {
            long begin = Math.max(steps.get(i - 1).nanos, from);
            if (steps.get(i).nanos > from && begin < to) {
                longest = Math.max(longest, steps.get(i).nanos - begin);
            }
        }
        return Duration.ofNanos(longest);
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
