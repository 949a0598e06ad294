package io.github.camelroboflow.delivery;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.camelroboflow.delivery.disk.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
final class RestartAttempts {

    private static final Logger LOG = LoggerFactory.getLogger(RestartAttempts.class);
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Path file;
    private final int limit;
    private final Map<String, Integer> deaths = new ConcurrentHashMap<>();
    private boolean alone;

    /**
     * Reads nothing yet.
     *
     * @param work  the folder that holds the counts
     * @param limit how often an image is tried
     */
    RestartAttempts(Path work, int limit) {
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
    void found(boolean died, Collection<String> found, Predicate<String> exists) throws IOException {
        deaths.clear();
        deaths.putAll(read());
        deaths.keySet().removeIf(image -> !found.contains(image) && !exists.test(image));
        if (died) {
            found.forEach(image -> deaths.merge(image, 1, Integer::sum));
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
        if (deaths.isEmpty()) {
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
        Files.write(temporary, MAPPER.writeValueAsBytes(new TreeMap<>(deaths)));
        Disk.force(temporary);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        Disk.forceFolder(file.getParent());
    }

    int of(String image) {
        return deaths.getOrDefault(image, 0);
    }

    /** Tells whether an image that was found in work is to be given up. */
    boolean isExhausted(String image) {
        return alone && of(image) >= limit;
    }

    boolean hasSuspects() {
        return !deaths.isEmpty();
    }

    /** Tells whether an image is to be worked on alone. */
    boolean isSuspect(String image) {
        return of(image) >= Math.max(1, limit - 1);
    }

    /** Forgets an image that got through. */
    void forget(String image) {
        deaths.remove(image);
    }
}
