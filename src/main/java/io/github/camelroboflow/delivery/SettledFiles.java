package io.github.camelroboflow.delivery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tells whether a file is still being written: it is settled when its size and time have not changed for a while, judged by its
 * time alone if that is long enough ago. An empty one rests longer. Who drops files by renaming them into the inbox needs none of
 * this.
 */
final class SettledFiles {

    private static final int MOST_WATCHED = 100_000;
    /** Scanners make a file and fill it when the page is through. */
    private static final Duration EMPTY = Duration.ofMinutes(1);

    private record Seen(long size, long modified, long since) {
    }

    private final Map<Path, Seen> growing = new LinkedHashMap<>();
    private final long quietNanos;

    SettledFiles(Duration quiet) {
        this.quietNanos = quiet.toNanos();
    }

    /** @throws IOException if the file is gone */
    synchronized boolean isSettled(Path file) throws IOException {
        BasicFileAttributes now;
        try {
            now = Files.readAttributes(file, BasicFileAttributes.class);
        } catch (IOException e) {
            growing.remove(file);
            throw e;
        }
        long modified = now.lastModifiedTime().toMillis();
        long age = (System.currentTimeMillis() - modified) * 1_000_000;
        Seen before = growing.get(file);
        boolean unchanged = before != null && before.size == now.size() && before.modified == modified;
        long wanted = quietNanos > 0 && now.size() == 0 ? Math.max(quietNanos, EMPTY.toNanos()) : quietNanos;
        if (age >= wanted && (before == null || unchanged)
                || unchanged && System.nanoTime() - before.since >= wanted || wanted == 0) {
            return true;
        }
        if (!unchanged) {
            growing.put(file, new Seen(now.size(), modified, System.nanoTime()));
            if (growing.size() > MOST_WATCHED) {
                growing.remove(growing.keySet().iterator().next());
            }
        }
        return false;
    }

    /** To be called when the file was taken; until then it stays settled while it does not change. */
    synchronized void forget(Path file) {
        growing.remove(file);
    }
}
