package io.github.camelroboflow.delivery.folder;

import io.github.camelroboflow.inference.support.Backoff;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves images out of work at their end, and repeats failed moves. If no other file can be moved to the same folder either, it is
 * an outage and no more images are taken in. Otherwise the other images continue.
 */
final class MoveRetries {

    private static final Logger LOG = LoggerFactory.getLogger(MoveRetries.class);
    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(10));
    /** The number of images that may stay in work, such as those of a sub-folder that takes no files. */
    private static final int MOST_PENDING = 1000;

    private final InboxFolders folders;
    private final Map<Long, Pending> pending = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private volatile boolean outage;
    private volatile String lastFailure = "";

    /** The last move of an image, out of work. */
    @FunctionalInterface
    interface Move {
        void run() throws IOException;
    }

    /**
     * @param folder the target folder
     * @param pause  the time until the next attempt
     * @param due    the time of the next attempt, by {@link System#nanoTime()}
     */
    private record Pending(Path folder, Move move, Duration pause, long due) {

        static Pending after(Path folder, Move move, Duration pause) {
            return new Pending(folder, move, pause, System.nanoTime() + pause.toNanos());
        }

        boolean isDue() {
            return System.nanoTime() - due >= 0;
        }

        Pending later() {
            return after(folder, move, BACKOFF.after(pause));
        }
    }

    MoveRetries(InboxFolders folders) {
        this.folders = folders;
    }

    /**
     * Moves an image, now or later.
     *
     * @param outcome the outcome of the image, for the log
     * @param folder  the target folder
     */
    void run(String outcome, Path folder, Move move) {
        try {
            move.run();
        } catch (IOException | RuntimeException | Error e) {
            pending.put(numbers.incrementAndGet(), Pending.after(folder, move, BACKOFF.first()));
            lastFailure = MessageText.printable(e.toString());
            if (FolderChecks.takesFiles(folders.work(), folder)) {
                LOG.error("{}, but can't be moved from {} to {}: {}; it is tried again, and {}", MessageText.printable(outcome),
                        folders.work(),
                        folder, MessageText.printable(e.toString()), isOutage() ? "no more images are taken in, since too many wait"
                                : "the other images continue");
            } else {
                outage = true;
                LOG.error("{}, but can't be moved out of {}: {}; no more images are taken in until it can",
                        MessageText.printable(outcome), folders.work(), MessageText.printable(e.toString()));
            }
        }
    }

    /** Runs the moves that are due. */
    void retry() {
        if (outage) {
            if (!pending.values().stream().map(Pending::folder).distinct()
                    .allMatch(folder -> FolderChecks.takesFiles(folders.work(), folder))) {
                return;
            }
            outage = false;
            LOG.info("Images can be moved out of {} again", folders.work());
        }
        pending.forEach((number, move) -> {
            if (move.isDue()) {
                retry(number, move);
            }
        });
    }

    private void retry(Long number, Pending move) {
        try {
            move.move().run();
            pending.remove(number);
        } catch (IOException | RuntimeException | Error e) {
            LOG.debug("still not moved", e);
            pending.put(number, move.later());
        }
    }

    /** Returns why no more images are taken in; empty if they are. */
    Optional<String> outage() {
        return isOutage() ? Optional.of("images can't be moved out of " + folders.work() + ", so no more are taken in: "
                + lastFailure) : Optional.empty();
    }

    /** Returns whether no image can be moved out of work, or too many wait for that. */
    boolean isOutage() {
        return outage || pending.size() >= MOST_PENDING;
    }
}
