package io.github.camelroboflow.delivery;

import io.github.camelroboflow.inference.LruMap;
import io.github.camelroboflow.inference.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the images that failed for an hour: whoever was writing one still goes on writing into it, wherever it was moved. What
 * changed and then rested is another file, and goes back to the inbox.
 */
final class FailedFilesWatch {

    private static final Logger LOG = LoggerFactory.getLogger(FailedFilesWatch.class);
    private static final Duration WATCHED_FOR = Duration.ofHours(1);
    private static final int MOST = 1000;

    /**
     * A file as it was seen last.
     *
     * @param failed when it failed, by {@link System#nanoTime()}
     * @param since  when it was seen first like this, by the same clock
     */
    private record Seen(FileState state, boolean changed, long failed, long since) {
    }

    /** Tells a file from what it becomes when somebody writes into it. */
    record FileState(long size, long modified) {

        static FileState of(BasicFileAttributes attributes) {
            return new FileState(attributes.size(), attributes.lastModifiedTime().toMillis());
        }

        static FileState of(Path file) throws IOException {
            return of(Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
        }
    }

    /** Moves a failed image back to the inbox. */
    @FunctionalInterface
    interface Return {
        boolean putBack(Path image) throws IOException;
    }

    private final Map<Path, Seen> files = new LruMap<>(MOST);
    private final Duration quiet;
    private final Return back;

    /**
     * @param quiet how long a changed file must rest
     * @param back  what is done with it then
     */
    FailedFilesWatch(Duration quiet, Return back) {
        this.quiet = quiet;
        this.back = back;
    }

    /** Watches an image from now on. */
    synchronized void add(Path image, FileState taken) {
        long now = System.nanoTime();
        files.put(image, new Seen(taken, false, now, now));
    }

    /** Looks at all of them. */
    synchronized void look() {
        for (Path file : List.copyOf(files.keySet())) {
            look(file, files.get(file));
        }
    }

    private void look(Path file, Seen before) {
        long now = System.nanoTime();
        try {
            FileState state = FileState.of(file);
            if (!state.equals(before.state)) {
                files.put(file, new Seen(state, true, before.failed, now));
            } else if (before.changed && now - before.since >= quiet.toNanos()) {
                files.remove(file);
                if (back.putBack(file)) {
                    LOG.info("{} has changed since it failed: it is tried again", Printable.of(file.toString()));
                }
            } else if (now - before.failed > WATCHED_FOR.toNanos()) {
                files.remove(file);
            }
        } catch (IOException e) {
            LOG.debug("{} is gone", file, e);
            files.remove(file);
        }
    }
}
