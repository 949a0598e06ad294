package io.github.camelroboflow.delivery.folder;

import com.fasterxml.jackson.core.type.TypeReference;
import io.github.camelroboflow.delivery.disk.Disk;
import io.github.camelroboflow.delivery.disk.FileNames.SubFolders;
import io.github.camelroboflow.inference.support.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts, across restarts, how often the program died while it processed an image: the image may have killed it. Images that were
 * processed at the same time have the same count. So an image that is one crash short of the limit is a suspect and is processed
 * alone, and only an image that was alone is given up.
 */
final class CrashCounter {

    private static final Logger LOG = LoggerFactory.getLogger(CrashCounter.class);

    private final Path file;
    private final int limit;
    private final Map<String, Integer> crashes = new ConcurrentHashMap<>();
    private boolean alone;
    private boolean recorded;

    /**
     * Creates a counter, without reading the counts.
     *
     * @param work  the folder that holds the counts
     * @param limit the number of attempts for an image
     */
    CrashCounter(Path work, int limit) {
        this.file = work.resolve(".restarts.json");
        this.limit = limit;
    }

    /**
     * Counts one more crash for the images that were found in work, if the program died, and forces the counts to disk. Counts of
     * other images are kept while these exist.
     *
     * @param died   whether the last run ended without a stop
     * @param found  the identities of the images in work
     * @param exists whether an image still exists
     */
    void recordCrash(boolean died, Collection<String> found, Predicate<String> exists) throws IOException {
        crashes.clear();
        crashes.putAll(read());
        crashes.keySet().removeIf(image -> !found.contains(image) && !exists.test(image));
        if (died) {
            found.forEach(image -> crashes.merge(image, 1, Integer::sum));
        }
        alone = found.size() == 1;
        recorded = true;
        try {
            save();
        } catch (IOException e) {
            LOG.warn("{} can't be written, so the attempts of this start are not remembered: {}", file, e.toString());
        }
    }

    /** Returns whether the end of the last run has been recorded. */
    boolean isRecorded() {
        return recorded;
    }

    /** Saves the counts of the images that have not succeeded yet. */
    void save() throws IOException {
        if (crashes.isEmpty()) {
            Files.deleteIfExists(file);
        } else {
            write();
        }
    }

    private Map<String, Integer> read() {
        try {
            return Json.MAPPER.readValue(Files.readAllBytes(file), new TypeReference<TreeMap<String, Integer>>() { });
        } catch (NoSuchFileException e) {
            return Map.of();
        } catch (IOException e) {
            LOG.warn("{} can't be read, so the attempts of earlier runs are not counted: {}", file, e.toString());
            return Map.of();
        }
    }

    private void write() throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        Files.write(temporary, Json.MAPPER.writeValueAsBytes(new TreeMap<>(crashes)));
        Disk.force(temporary);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        Disk.forceFolder(file.getParent());
    }

    int of(String image) {
        return crashes.getOrDefault(image, 0);
    }

    /** Returns whether an image that was found in work is to be given up. */
    boolean isExhausted(String image) {
        return alone && of(image) >= limit;
    }

    boolean hasSuspects() {
        return !crashes.isEmpty();
    }

    /** Returns whether an image is to be processed alone. */
    boolean isSuspect(String image) {
        return of(image) >= Math.max(1, limit - 1);
    }

    /** Forgets an image that succeeded. */
    void forget(String image) {
        crashes.remove(image);
    }

    /** Admits an image that may have killed the program only when no other is in progress, and admits no other beside it. */
    static final class IsolationGate {

        /** The longest wait of other images for a suspect that is not ready. */
        private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

        private Path awaited;
        private long since;
        private boolean alone;

        /**
         * Returns whether an image may be taken now.
         *
         * @param suspect  whether the image is to be processed alone
         * @param inFlight the number of images in progress
         */
        synchronized boolean admits(Path image, boolean suspect, int inFlight) {
            if (alone && inFlight > 0 || mustWait(image)) {
                return false;
            }
            alone = suspect && inFlight == 0;
            if (!suspect || alone) {
                awaited = null;
                return true;
            }
            if (!image.equals(awaited)) {
                awaited = image;
                since = System.nanoTime();
            }
            return false;
        }

        private boolean mustWait(Path image) {
            return awaited != null && !awaited.equals(image) && SubFolders.exists(awaited)
                    && System.nanoTime() - since < LONGEST_WAIT.toNanos();
        }
    }
}
