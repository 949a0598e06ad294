package io.github.camelroboflow.app.status;

import io.github.camelroboflow.delivery.source.ImageTally.Counts;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells in one line what was done: in the log once in a while, as long as there is work, or on a terminal each second in a line
 * that renews itself; and once at the stop.
 */
public final class Summary implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Summary.class);
    private final CamelContext context;
    private final WorkMonitor monitor;
    private final long interval;
    private final LiveLine live;
    private ScheduledExecutorService scheduler;

    /** The counts at the last line, and the seconds since the first image after it; -1 before that. */
    private Counts before = new Counts(0, 0, 0, Map.of(), Map.of());
    private long busyBefore;
    private long seconds = -1;
    private final Pile pile = new Pile();

    /**
     * @param interval the time between two lines in the log; zero for no lines at all
     * @param live     the line of the terminal; {@code null} to write into the log
     */
    public Summary(CamelContext context, WorkMonitor monitor, Duration interval, LiveLine live) {
        this.context = context;
        this.monitor = monitor;
        this.interval = interval.toSeconds();
        this.live = live;
    }

    /** Begins to sample the work, also without lines, since others ask for the rate. */
    public void start() {
        scheduler = context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "roboflow-summary");
        scheduler.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
    }

    private void tick() {
        try {
            String line = tick(monitor.sample());
            if (line.isEmpty()) {
                return;
            }
            if (live == null) {
                LOG.info(line);
            } else {
                live.show(line);
            }
        } catch (RuntimeException | Error e) {
            // the scheduler would silently drop a task that throws one
            LOG.debug("no summary", e);
        }
    }

    /** Returns the line that is due after a second; empty if none is. */
    String tick(boolean working) {
        if (interval == 0) {
            return "";
        }
        if (live != null) {
            return working ? line(monitor.counts(), monitor.recentRate(), "") : "";
        }
        Counts now = monitor.counts();
        if (seconds < 0 && now.ended() == before.ended()) {
            return "";
        }
        seconds++;
        if (seconds < interval) {
            return "";
        }
        Counts period = now.since(before);
        long busy = monitor.busySeconds() - busyBefore;
        String line = line(period, rate(period, busy), " in " + SummaryText.time(interval));
        before = now;
        busyBefore = monitor.busySeconds();
        seconds = -1;
        return line;
    }

    private String line(Counts counts, double rate, String during) {
        return SummaryText.ended(counts, during) + SummaryText.rate(counts, rate)
                + pile.text(monitor.counts().ended(), monitor.waiting().orElse(0), rate) + SummaryText.classes(counts)
                + SummaryText.watches(counts);
    }

    private static double rate(Counts counts, long busySeconds) {
        return busySeconds == 0 ? counts.ended() : (double) counts.ended() / busySeconds;
    }

    /** Returns the line for the stop. Empty if no image ended, or no lines are wanted. */
    public Optional<String> ofAll() {
        Counts all = monitor.counts();
        return interval == 0 || all.ended() == 0 ? Optional.empty() : Optional.of("Since the start: " + SummaryText.ended(all, "")
                + SummaryText.rate(all, rate(all, monitor.busySeconds())) + SummaryText.classes(all) + SummaryText.watches(all));
    }

    /** Ends the lines. */
    @Override
    public void close() {
        if (scheduler != null) {
            context.getExecutorServiceManager().shutdownNow(scheduler);
        }
        if (live != null) {
            live.clear();
        }
    }

    /** The images that wait. Once they were many, they have their progress and the time left until none waits any more. */
    static final class Pile {

        private static final long MANY = 1000;

        /** The images that had ended when the pile was first seen; -1 without a pile. */
        private long endedBefore = -1;

        String text(long ended, long waiting, double rate) {
            if (waiting == 0) {
                endedBefore = -1;
                return "";
            }
            if (endedBefore < 0 && waiting > MANY) {
                endedBefore = ended;
            }
            return "; " + (endedBefore < 0 ? SummaryText.number(waiting) + " waiting"
                    : SummaryText.pile(ended - endedBefore, waiting, rate));
        }
    }
}
