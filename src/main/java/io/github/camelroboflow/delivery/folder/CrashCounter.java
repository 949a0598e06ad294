package io.github.camelroboflow.delivery.folder;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.camelroboflow.delivery.disk.Disk;
import io.github.camelroboflow.delivery.disk.FileNames.SubFolders;
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
 * Counts, across restarts, how often the program died while an image was worked on: the image may be what killed it. Images that
 * were worked on beside it have the same count; so an image that is one death short of its limit is a suspect, to be worked on
 * alone, and only one that was alone is given up.
 */
final class CrashCounter {

    private static final Logger LOG = LoggerFactory.getLogger(CrashCounter.class);
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Path file;
    private final int limit;
    private final Map<String, Integer> crashes = new ConcurrentHashMap<>();
    private boolean alone;

    /**
     * Reads nothing yet.
     *
     * @param work  the folder that holds the counts
     * @param limit how often an image is tried
     */
    CrashCounter(Path work, int limit) {
        this.file = work.resolve(".restarts.json");
        this.limit = limit;
    }

    /**
     * Counts one more death for the images that were found in work, if the program died, and forces that to the disk. The counts of
     * others are kept while these images exist.
     *
     * @param died   whether the last run ended without a stop
     * @param found  what tells each image from others
     * @param exists tells whether an image is still there
     */
    void recordCrash(boolean died, Collection<String> found, Predicate<String> exists) throws IOException {
        crashes.clear();
        crashes.putAll(read());
        crashes.keySet().removeIf(image -> !found.contains(image) && !exists.test(image));
        if (died) {
            found.forEach(image -> crashes.merge(image, 1, Integer::sum));
        }
        alone = found.size() == 1;
        try {
            save();
        } catch (IOException e) {
            LOG.warn("{} can't be written, so the tries of this start are not remembered: {}", file, e.toString());
        }
    }

    /** Keeps the counts of the images that have not got through yet. */
    void save() throws IOException {
        if (crashes.isEmpty()) {
            Files.deleteIfExists(file);
        } else {
            write();
        }
    }

    private Map<String, Integer> read() {
        try {
            return MAPPER.readValue(Files.readAllBytes(file), new TypeReference<TreeMap<String, Integer>>() { });
        } catch (NoSuchFileException e) {
            return Map.of();
        } catch (IOException e) {
            LOG.warn("{} can't be read, so the tries of earlier runs count for nothing: {}", file, e.toString());
            return Map.of();
        }
    }

    private void write() throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        Files.write(temporary, MAPPER.writeValueAsBytes(new TreeMap<>(crashes)));
        Disk.force(temporary);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        Disk.forceFolder(file.getParent());
    }

    int of(String image) {
        return crashes.getOrDefault(image, 0);
    }

    /** Tells whether an image that was found in work is to be given up. */
    boolean isExhausted(String image) {
        return alone && of(image) >= limit;
    }

    boolean hasSuspects() {
        return !crashes.isEmpty();
    }

    /** Tells whether an image is to be worked on alone. */
    boolean isSuspect(String image) {
        return of(image) >= Math.max(1, limit - 1);
    }

    /** Forgets an image that got through. */
    void forget(String image) {
        crashes.remove(image);
    }

    /** Lets an image that may have killed the program in only when no other is worked on, and then no other beside it. */
    static final class IsolationGate {

        /** How long others wait for such an image at most, should it never become ready. */
        private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

        private Path awaited;
        private long since;
        private boolean alone;

        /**
         * Tells whether an image may be taken now.
         *
         * @param suspect  whether it is to be worked on alone
         * @param inFlight how many images are worked on
         */
        synchronized boolean admits(Path image, boolean suspect, int inFlight) {
            if (alone && inFlight > 0 || othersWait(image)) {
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

        private boolean othersWait(Path image) {
            return awaited != null && !awaited.equals(image) && SubFolders.exists(awaited)
                    && System.nanoTime() - since < LONGEST_WAIT.toNanos();
        }
    }
}
