package io.github.camelroboflow.delivery.source;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the images that wait in a folder and below it, by their names alone. */
public final class WaitingFiles {

    private static final Logger LOG = LoggerFactory.getLogger(WaitingFiles.class);
    /** The longest time of a count; what is not counted by then is left out. */
    private static final Duration LONGEST_COUNT = Duration.ofSeconds(5);
    /** The longest time of a look at the time of each image. */
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(2);
    /** The share of the time that counts may take, as its inverse. */
    private static final int SHARE = 100;

    private final Path folder;
    private final ImageNameFilter names;
    private long last;
    private long took;
    private long ended;

    public WaitingFiles(Path folder, ImageNameFilter names) {
        this.folder = folder;
        this.names = names;
    }

    public Path folder() {
        return folder;
    }

    /** Counts the images now. */
    public synchronized long count() {
        long start = System.nanoTime();
        last = count(folder, "", start + LONGEST_COUNT.toNanos());
        ended = System.nanoTime();
        took = ended - start;
        return last;
    }

    /** Counts the images if the last count was long ago, measured by the time that it took. Returns whether it did. */
    public synchronized boolean countIfDue() {
        if (ended != 0 && System.nanoTime() - ended < took * SHARE) {
            return false;
        }
        count();
        return true;
    }

    /** Returns the result of the last count. */
    public synchronized long lastCount() {
        return last;
    }

    /**
     * Returns when the oldest of the images came to its folder.
     *
     * @return empty if there is none, or there are too many to look at each
     */
    public Optional<Instant> oldest() {
        OldestImage oldest = new OldestImage(names, System.nanoTime() + LONGEST_LOOK.toNanos());
        return oldest.visit(folder, "") ? oldest.time() : Optional.empty();
    }

    /** Returns when a file came to its place, which a rename does not keep in its time of change. */
    public static Instant arrival(Path file) throws IOException {
        try {
            return ((FileTime) Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS)).toInstant();
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
        }
    }

    private long count(Path parent, String prefix, long deadline) {
        long count = 0;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (names.isImage(name, prefix + name)) {
                    count++;
                } else if (ImageNameFilter.mayHoldImages(name) && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    count += count(entry, prefix + name + "/", deadline);
                }
                if (System.nanoTime() - deadline > 0) {
                    break;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.debug("{} can't be listed", parent, e);
        }
        return count;
    }

    /** Looks for the oldest image in a folder and below it, until a time. */
    private static final class OldestImage {

        private final ImageNameFilter names;
        private final long deadline;
        private Instant time;

        OldestImage(ImageNameFilter names, long deadline) {
            this.names = names;
            this.deadline = deadline;
        }

        Optional<Instant> time() {
            return Optional.ofNullable(time);
        }

        /** Returns whether the folder was looked at as a whole. */
        boolean visit(Path parent, String prefix) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent)) {
                for (Path entry : entries) {
                    String name = entry.getFileName().toString();
                    if (names.isImage(name, prefix + name)) {
                        add(entry);
                    } else if (ImageNameFilter.mayHoldImages(name) && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)
                            && !visit(entry, prefix + name + "/")) {
                        return false;
                    }
                    if (System.nanoTime() - deadline > 0) {
                        return false;
                    }
                }
            } catch (IOException | DirectoryIteratorException e) {
                LOG.debug("{} can't be listed", parent, e);
            }
            return true;
        }

        private void add(Path image) {
            try {
                Instant came = arrival(image);
                time = time == null || came.isBefore(time) ? came : time;
            } catch (IOException e) {
                LOG.debug("{} was taken meanwhile", image, e);
            }
        }
    }
}
