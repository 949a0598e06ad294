package io.github.camelroboflow.delivery.folder;

import io.github.camelroboflow.delivery.folder.TakenImage.NotRegularFileException;
import io.github.camelroboflow.delivery.source.ImageNameFilter.LoggedNames;
import io.github.camelroboflow.inference.support.LruMap;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.File;
import java.io.IOException;
import java.nio.file.AccessMode;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileFilter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Selects the files in the inbox that can be taken now. Logs each other file once, with the reason. */
final class InboxFiles {

    private static final Logger LOG = LoggerFactory.getLogger(InboxFiles.class);

    /** Java's character for bytes of a name that it can't decode; such a name finds no file. */
    private static final char UNREADABLE = '\uFFFD';
    /** The time for which other images go before an image that could not be moved. */
    private static final Duration POSTPONED_FOR = Duration.ofSeconds(10);
    private static final int MOST_UNMOVABLE = 10_000;

    private final InboxFolders folders;
    private final StableFiles stableFiles;
    private final InboxPace pace;
    private final String work;
    private final LoggedNames logged = new LoggedNames();
    /** The images that could not be moved into work, with the time by {@link System#nanoTime()}. */
    private final Map<Path, Long> unmovable = Collections.synchronizedMap(new LruMap<>(MOST_UNMOVABLE));

    /** @param work the folder that images are moved to, as the user wrote it */
    InboxFiles(InboxFolders folders, StableFiles stableFiles, InboxPace pace, String work) {
        this.folders = folders;
        this.stableFiles = stableFiles;
        this.pace = pace;
        this.work = work;
    }

    boolean isTakable(GenericFile<File> file) {
        Optional<Path> path = path(file);
        if (file.isDirectory()) {
            return path.filter(this::isListed).isPresent();
        }
        boolean takable = path.filter(image -> !isPostponed(image) && isReady(image)).isPresent();
        if (takable) {
            pace.foundImage();
        }
        return takable;
    }

    /** Returns whether a folder can be listed. Logs once the reason why it can't. */
    boolean isListed(Path folder) {
        try {
            BasicFileAttributes attributes = InboxFolders.attributes(folder);
            if (attributes.isSymbolicLink()) {
                logOnce(folder.toString(), "it is a link, and links are not followed");
                return false;
            }
            // one check of both is cheaper than Files.isReadable and Files.isExecutable
            folder.getFileSystem().provider().checkAccess(folder, AccessMode.READ, AccessMode.EXECUTE);
            logged.forget(folder.toString());
            pace.listsFolder(folder, attributes);
            return true;
        } catch (NoSuchFileException e) {
            LOG.debug("{} is gone", folder, e);
            return false;
        } catch (IOException e) {
            logOnce(folder.toString(), "its content can't be listed: check its permissions");
            return false;
        }
    }

    /** Returns whether other images go before this one, which could not be moved. */
    boolean isPostponed(Path path) {
        Long since = unmovable.get(path);
        boolean postponed = since != null && System.nanoTime() - since < POSTPONED_FOR.toNanos();
        if (postponed) {
            pace.lookAgainAt(since + POSTPONED_FOR.toNanos());
        }
        return postponed;
    }

    static boolean isListable(Path folder) {
        return Files.isDirectory(folder) && Files.isReadable(folder) && Files.isExecutable(folder);
    }

    /** Returns the path. Empty, and logged once, if no file here can have such a name. */
    Optional<Path> path(GenericFile<File> file) {
        try {
            return Optional.of(file.getFile().toPath());
        } catch (InvalidPathException e) {
            logOnce(file.getAbsoluteFilePath(), "its name can't be written in this system's character set");
            return Optional.empty();
        }
    }

    /** Returns whether a file is an image that can be taken now. Logs once a file that never can. */
    boolean isReady(Path path) {
        try {
            NotRegularFileException.unlessRegular(Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
            if (File.separatorChar != '\\' && path.toString().indexOf('\\') >= 0) {
                // Camel takes a backslash for a folder separator on every system
                logOnce(path.toString(), "its name holds a backslash: rename it");
                return false;
            }
            return folders.isAnnounced(path) && stableFiles.isStable(path);
        } catch (NotRegularFileException e) {
            logOnce(path.toString(), e.getMessage());
            return false;
        } catch (IOException e) {
            if (path.toString().indexOf(UNREADABLE) >= 0) {
                logOnce(path.toString(), "its name is not of this system's character set");
            }
            LOG.debug("{} is gone", path, e);
            return false;
        }
    }

    /** Takes an image. Empty if it is gone, or if it can't be taken, which is logged once. */
    Optional<TakenImage> take(Path path) {
        try {
            Optional<TakenImage> image = folders.take(path);
            logged.forget(path.toString());
            unmovable.remove(path);
            stableFiles.forget(path);
            return image;
        } catch (NotRegularFileException e) {
            logOnce(path.toString(), e.getMessage());
            return Optional.empty();
        } catch (IOException e) {
            unmovable.put(path, System.nanoTime());
            stableFiles.forget(path);
            logOnce(path.toString(), "it can't be moved to " + work + ": " + e);
            return Optional.empty();
        }
    }

    private void logOnce(String path, String reason) {
        if (logged.add(path)) {
            LOG.warn("{} stays in the inbox: {}", MessageText.printable(path), MessageText.printable(reason));
        }
    }

    /**
     * Finds out whether a file is still being written. A file is stable when its size and time have not changed for a while, or
     * when its time alone is that long ago. An empty file needs longer. Programs that rename files into the inbox need none of
     * this.
     */
    static final class StableFiles {

        private static final int MOST_WATCHED = 100_000;
        /** The time for an empty file: scanners create a file and fill it when the page is through. */
        private static final Duration EMPTY = Duration.ofMinutes(1);

        /**
         * A look at a file.
         *
         * @param since the time of the look, by {@link System#nanoTime()}
         * @param due   the time from which the file is stable if it does not change
         */
        private record Observation(long size, long modified, long since, long due) {
        }

        private final Map<Path, Observation> growing = new LinkedHashMap<>();
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
            Observation before = growing.get(file);
            boolean unchanged = before != null && before.size == now.size() && before.modified == modified;
            long wanted = quietNanos > 0 && now.size() == 0 ? Math.max(quietNanos, EMPTY.toNanos()) : quietNanos;
            if (age >= wanted && (before == null || unchanged)
                    || unchanged && System.nanoTime() - before.since >= wanted || wanted == 0) {
                return true;
            }
            if (!unchanged) {
                long since = System.nanoTime();
                long due = since + wanted - Math.max(0, Math.min(age, wanted));
                growing.put(file, new Observation(now.size(), modified, since, due));
                if (growing.size() > MOST_WATCHED) {
                    growing.remove(growing.keySet().iterator().next());
                }
            }
            return false;
        }

        /** Returns whether a file that was not stable at the last look is stable now. Looks only at those that may be. */
        synchronized boolean hasStable() {
            long now = System.nanoTime();
            List<Path> due = growing.entrySet().stream().filter(file -> now - file.getValue().due >= 0).map(Map.Entry::getKey)
                    .toList();
            for (Path file : due) {
                try {
                    if (isStable(file)) {
                        return true;
                    }
                } catch (IOException e) {
                    LOG.debug("{} is gone", file, e);
                }
            }
            return false;
        }

        /** Forgets a file that was taken. Until this call an unchanged file stays stable. */
        synchronized void forget(Path file) {
            growing.remove(file);
        }
    }

    /**
     * Accepts the files that can be taken now. A poll lists a bounded number of files: files that it lists but can't take would
     * hide for ever all files after them in the folder.
     *
     * @param chosen  the endpoint's own filter; {@code null} for none
     * @param takable a check of each file and folder that the endpoint's filter accepts
     */
    record TakableFileFilter(GenericFileFilter<File> chosen, Predicate<GenericFile<File>> takable)
            implements GenericFileFilter<File> {

        @Override
        public boolean accept(GenericFile<File> file) {
            return (chosen == null || chosen.accept(file)) && takable.test(file);
        }
    }
}
