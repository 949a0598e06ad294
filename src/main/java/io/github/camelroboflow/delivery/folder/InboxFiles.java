package io.github.camelroboflow.delivery.folder;

import io.github.camelroboflow.delivery.folder.TakenImage.NotRegularFileException;
import io.github.camelroboflow.delivery.source.ImageNameFilter.LoggedNames;
import io.github.camelroboflow.inference.support.LruMap;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileFilter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses what can be taken out of the inbox now, and names once in the log what stays there, with the reason. */
final class InboxFiles {

    private static final Logger LOG = LoggerFactory.getLogger(InboxFiles.class);

    /** Java's character for the bytes of a name that it can't read; no file is found by such a name. */
    private static final char UNREADABLE = '\uFFFD';
    /** How long the others have precedence over an image that could not be moved. */
    private static final Duration LEFT_OUT = Duration.ofSeconds(10);
    private static final int MOST_UNMOVABLE = 10_000;

    private final InboxFolders folders;
    private final StableFiles settled;
    private final String work;
    private final LoggedNames named = new LoggedNames();
    /** The images that could not be moved into work, and when, by {@link System#nanoTime()}. */
    private final Map<Path, Long> unmovable = Collections.synchronizedMap(new LruMap<>(MOST_UNMOVABLE));

    /** @param work the folder that images are taken to, as the user wrote it */
    InboxFiles(InboxFolders folders, StableFiles settled, String work) {
        this.folders = folders;
        this.settled = settled;
        this.work = work;
    }

    boolean isTakable(GenericFile<File> file) {
        Optional<Path> path = path(file);
        return file.isDirectory() ? path.filter(this::isListed).isPresent()
                : path.filter(image -> !isLeftOut(image) && isReady(image)).isPresent();
    }

    private boolean isListed(Path folder) {
        if (Files.isSymbolicLink(folder)) {
            nameOnce(folder.toString(), "it is a link, and links are not followed");
            return false;
        }
        if (!isListable(folder)) {
            nameOnce(folder.toString(), "what is in it can't be listed: check its permissions");
            return false;
        }
        named.forget(folder.toString());
        return true;
    }

    private boolean isLeftOut(Path path) {
        Long since = unmovable.get(path);
        return since != null && System.nanoTime() - since < LEFT_OUT.toNanos();
    }

    static boolean isListable(Path folder) {
        return Files.isDirectory(folder) && Files.isReadable(folder) && Files.isExecutable(folder);
    }

    /** Empty, and named once, if its name can't be that of a file here. */
    Optional<Path> path(GenericFile<File> file) {
        try {
            return Optional.of(file.getFile().toPath());
        } catch (InvalidPathException e) {
            nameOnce(file.getAbsoluteFilePath(), "its name can't be written in this system's character set");
            return Optional.empty();
        }
    }

    /** Tells whether a file is an image that can be taken now; names once what never will be. */
    boolean isReady(Path path) {
        try {
            NotRegularFileException.unlessRegular(Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
            if (File.separatorChar != '\\' && path.toString().indexOf('\\') >= 0) {
                // Camel takes it for a folder on every system
                nameOnce(path.toString(), "its name holds a backslash: rename it");
                return false;
            }
            return folders.isAnnounced(path) && settled.isStable(path);
        } catch (NotRegularFileException e) {
            nameOnce(path.toString(), e.getMessage());
            return false;
        } catch (IOException e) {
            if (path.toString().indexOf(UNREADABLE) >= 0) {
                nameOnce(path.toString(), "its name is not of this system's character set");
            }
            LOG.debug("{} is gone", path, e);
            return false;
        }
    }

    /** Takes an image; empty if it is gone or can't be taken, which is named once. */
    Optional<TakenImage> take(Path path) {
        try {
            Optional<TakenImage> image = folders.take(path);
            named.forget(path.toString());
            unmovable.remove(path);
            settled.forget(path);
            return image;
        } catch (NotRegularFileException e) {
            nameOnce(path.toString(), e.getMessage());
            return Optional.empty();
        } catch (IOException e) {
            unmovable.put(path, System.nanoTime());
            nameOnce(path.toString(), "it can't be moved to " + work + ": " + e);
            return Optional.empty();
        }
    }

    private void nameOnce(String path, String reason) {
        if (named.add(path)) {
            LOG.warn("{} stays in the inbox: {}", MessageText.printable(path), MessageText.printable(reason));
        }
    }

    /**
     * Tells whether a file is still being written: it is settled when its size and time have not changed for a while, judged by its
     * time alone if that is long enough ago. An empty one rests longer. Who drops files by renaming them into the inbox needs none
     * of this.
     */
    static final class StableFiles {

        private static final int MOST_WATCHED = 100_000;
        /** Scanners make a file and fill it when the page is through. */
        private static final Duration EMPTY = Duration.ofMinutes(1);

        private record Seen(long size, long modified, long since) {
        }

        private final Map<Path, Seen> growing = new LinkedHashMap<>();
        private final long quietNanos;

        StableFiles(Duration quiet) {
            this.quietNanos = quiet.toNanos();
        }

        /** @throws IOException if the file is gone */
        synchronized boolean isStable(Path file) throws IOException {
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

    /**
     * Lets those files pass that can be taken now. A poll lists a bounded number of files: if it listed what then can't be taken,
     * that many of these would keep it for ever from what comes after them in the folder.
     *
     * @param chosen  the endpoint's own filter, or {@code null}
     * @param takable asked for each file and folder that it chose
     */
    record TakableFileFilter(GenericFileFilter<File> chosen, Predicate<GenericFile<File>> takable)
            implements GenericFileFilter<File> {

        @Override
        public boolean accept(GenericFile<File> file) {
            return (chosen == null || chosen.accept(file)) && takable.test(file);
        }
    }
}
