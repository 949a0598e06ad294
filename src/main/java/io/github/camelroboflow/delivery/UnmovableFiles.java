package io.github.camelroboflow.delivery;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Leaves the images out for a while that could not be moved into work, so that the others have precedence. */
final class UnmovableFiles {

    private static final Duration LEFT_OUT = Duration.ofSeconds(10);
    private static final int MOST = 10_000;

    /** When each could not be moved, by {@link System#nanoTime()}. */
    private final Map<Path, Long> since = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Long> eldest) {
            return size() > MOST;
        }
    };

    synchronized void add(Path file) {
        since.remove(file);
        since.put(file, System.nanoTime());
    }

    synchronized boolean isLeftOut(Path file) {
        Long when = since.get(file);
        return when != null && System.nanoTime() - when < LEFT_OUT.toNanos();
    }

    synchronized void forget(Path file) {
        since.remove(file);
    }
}
