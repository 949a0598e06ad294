package io.github.camelroboflow;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Bounds the waits of Awaitility by progress instead of time, so that they end on a slow machine as on a fast one. A wait fails
 * once neither the tests nor the processes that they started have used a processor for some minutes, and after {@link #LAST} at the
 * latest. JUnit applies this to all tests, which therefore wait by a plain {@code await()}; {@code atMost} is for those that show
 * that something is soon enough.
 */
public final class ProgressDeadline implements BeforeAllCallback {

    /** Ends waits that something busy keeps from their end, such as a test beside them. */
    public static final Duration LAST = Duration.ofMinutes(15);

    /** Longer than any pause that a test waits for. */
    private static final Duration STALL = Duration.ofMinutes(3);

    private static final Progress PROGRESS = new Progress();

    @Override
    public void beforeAll(ExtensionContext context) {
        apply();
    }

    /** Applies this where no JUnit runs, such as in a process that a test starts. */
    public static void apply() {
        Awaitility.setDefaultTimeout(LAST);
        Awaitility.setDefaultFailFastCondition("nothing was computed for " + STALL.toMinutes() + " minutes", PROGRESS::hasStalled);
    }

    /** Looks at the processor time of this JVM and its processes. */
    private static final class Progress {

        private static final Duration SAMPLE = Duration.ofSeconds(10);
        /** The share of a processor that polling, timers and heartbeats stay below. */
        private static final double IDLE = 0.1;

        private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        private long sampled = System.nanoTime();
        private long used = processorTime();
        private long progressed = sampled;

        synchronized boolean hasStalled() {
            long now = System.nanoTime();
            if (now - sampled >= SAMPLE.toNanos()) {
                long sum = processorTime();
                // less than before, where a process has ended
                if (sum < used || sum - used > IDLE * (now - sampled) || isMachineBusy()) {
                    progressed = now;
                }
                sampled = now;
                used = sum;
            }
            return now - progressed > STALL.toNanos();
        }

        /** Tells whether others may keep the tests from computing. */
        private boolean isMachineBusy() {
            return system.getCpuLoad() > 0.9;
        }

        private long processorTime() {
            return system.getProcessCpuTime() + ProcessHandle.current().descendants()
                    .mapToLong(process -> process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L)).sum();
        }
    }
}
