package io.github.camelroboflow.app.batch;

import io.github.camelroboflow.app.status.LiveLine;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells how far a batch is: on a terminal in a line that renews itself, else once a minute in the log. Not thread-safe. */
final class BatchProgress {

    private static final Logger LOG = LoggerFactory.getLogger(BatchProgress.class);
    private static final Duration ON_A_TERMINAL = Duration.ofMillis(500);
    private static final Duration IN_THE_LOG = Duration.ofMinutes(1);

    private final Optional<LiveLine> terminal;
    private final long total;
    private final long before;
    private final long start = System.nanoTime();
    private long last = start;

    /**
     * @param total  the number of images in the folder
     * @param before the number of images that an earlier run has finished
     */
    BatchProgress(Optional<LiveLine> terminal, long total, long before) {
        this.terminal = terminal;
        this.total = total;
        this.before = before;
    }

    void show(BatchCounts counts) {
        long now = System.nanoTime();
        if (now - last < (terminal.isPresent() ? ON_A_TERMINAL : IN_THE_LOG).toNanos()) {
            return;
        }
        last = now;
        String line = line(counts.ended(), counts.failed(), seconds());
        terminal.ifPresentOrElse(shown -> shown.show(line), () -> LOG.info(line));
    }

    /** Removes the line from a terminal. */
    void end() {
        terminal.ifPresent(LiveLine::clear);
    }

    double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    private String line(long ended, long failed, double seconds) {
        double rate = rate(ended, seconds);
        return String.format(Locale.ROOT, "%,d of %,d images, %,d failed, %.1f images/s", ended, total, failed, rate)
                + (rate > 0 && total > ended ? ", " + time((total - ended) / rate) + " left" : "");
    }

    /** Returns the images per second of this run. */
    double rate(long ended, double seconds) {
        return seconds > 0 ? (ended - before) / seconds : 0;
    }

    /** Returns a time such as {@code 1 h 2 min} or {@code 3 min 4 s}. */
    static String time(double seconds) {
        long all = Math.round(seconds);
        if (all >= 3600) {
            return all / 3600 + " h " + all % 3600 / 60 + " min";
        }
        return all >= 60 ? all / 60 + " min " + all % 60 + " s" : seconds < 10
                ? String.format(Locale.ROOT, "%.1f s", seconds) : all + " s";
    }
}
