package io.github.camelroboflow.delivery.folder;

import io.github.camelroboflow.delivery.disk.FileNames;
import io.github.camelroboflow.delivery.failure.FailureReport;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes old files from the folders of finished images, failed images and results. A report of a failure goes together with its
 * image. Sub-folders that are empty for as long are removed too. Links are neither followed nor removed.
 *
 * <p>The age of a file is the time since it was put into the folder: the time of its last change of status on systems that have
 * one (POSIX), and the time of its last change of content on others.
 */
public final class Retention {

    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    private static final long MINUTE = 60_000;
    /** An empty sub-folder stays at least this long, so that it is not removed just before a file is put there. */
    private static final Duration EMPTY_FOR = Duration.ofDays(1);
    /** A file stays at least this long, so that none is removed while it is written, or before its image follows it. */
    private static final Duration IN_WORK = Duration.ofMinutes(10);

    private final List<Limit> limits;
    private final Set<Path> others;
    private final Supplier<Instant> clock;
    private final FileTimes times;

    /**
     * The limits of one folder.
     *
     * @param name     the beginning of the properties' names, for the log
     * @param keepFor  the age from which files are removed; zero for no such limit
     * @param keepSize the size of all files, in bytes, above which the oldest are removed; {@link Long#MAX_VALUE} for no such limit
     */
    public record Limit(String name, Path folder, Duration keepFor, long keepSize) {

        public Limit {
            folder = folder.toAbsolutePath().normalize();
        }

        /** Returns whether files are ever removed. */
        public boolean isSet() {
            return !keepFor.isZero() || keepSize != Long.MAX_VALUE;
        }
    }

    /**
     * The limits of all folders.
     *
     * @param others the folders of the program that are left alone, if they lie in one that has a limit
     */
    public record RetentionSettings(List<Limit> limits, List<Path> others) {
    }

    /** Returns when a file was put into its folder. */
    @FunctionalInterface
    interface FileTimes {
        FileTime of(Path file, BasicFileAttributes attributes) throws IOException;
    }

    public Retention(RetentionSettings settings) {
        this(settings, Instant::now, Retention::arrival);
    }

    Retention(RetentionSettings settings, Supplier<Instant> clock, FileTimes times) {
        this.limits = settings.limits().stream().filter(Limit::isSet).toList();
        this.others = settings.others().stream().map(folder -> folder.toAbsolutePath().normalize())
                .collect(Collectors.toUnmodifiableSet());
        this.clock = clock;
        this.times = times;
    }

    /** Returns whether files are ever removed. */
    public boolean isSet() {
        return !limits.isEmpty();
    }

    /** Removes the files that are too old or too many, and logs for each folder how many. */
    public void removeOld() {
        limits.forEach(this::removeOld);
    }

    private void removeOld(Limit limit) {
        try {
            if (Files.isDirectory(limit.folder())) {
                // a walk follows no link, not even to its own folder
                Path folder = limit.folder().toRealPath();
                Removal removal = new Removal(folder, newestToRemove(limit, folder));
                Files.walkFileTree(folder, removal);
                removal.log(limit);
            }
        } catch (IOException | RuntimeException | Error e) {
            LOG.warn("Old files are still in {} and are removed later: {}", limit.folder(), MessageText.printable(e.toString()));
        }
    }

    /** Returns the time of the newest file that is removed, in milliseconds since 1970. */
    private long newestToRemove(Limit limit, Path folder) throws IOException {
        long now = clock.get().toEpochMilli();
        long newest = limit.keepFor().isZero() ? Long.MIN_VALUE : now - limit.keepFor().toMillis();
        if (limit.keepSize() != Long.MAX_VALUE) {
            Sizes sizes = new Sizes(folder);
            Files.walkFileTree(folder, sizes);
            newest = Math.max(newest, sizes.newestAbove(limit.keepSize()));
        }
        return Math.min(newest, now - IN_WORK.toMillis());
    }

    /** Returns the path without links, so that a folder is known by each of its names. */
    private static Path real(Path folder) {
        try {
            return folder.toRealPath();
        } catch (IOException e) {
            LOG.trace("{} is not there", folder, e);
            return folder;
        }
    }

    private static FileTime arrival(Path file, BasicFileAttributes attributes) throws IOException {
        try {
            return (FileTime) Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return attributes.lastModifiedTime();
        }
    }

    /** Visits the regular files of a folder, except those in other folders of the program. */
    private abstract class Visitor extends SimpleFileVisitor<Path> {

        private final Path folder;
        private final Set<Path> leftAlone = others.stream().map(Retention::real).collect(Collectors.toSet());

        Visitor(Path folder) {
            this.folder = folder;
        }

        abstract void file(Path file, BasicFileAttributes attributes) throws IOException;

        @Override
        public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            return !path.equals(folder) && leftAlone.contains(path) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            if (attributes.isRegularFile()) {
                try {
                    file(file, attributes);
                } catch (NoSuchFileException e) {
                    LOG.trace("{} was renamed or removed meanwhile", file, e);
                }
            }
            return Thread.currentThread().isInterrupted() ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            LOG.debug("{} was removed meanwhile, or can't be read", file, e);
            return FileVisitResult.CONTINUE;
        }

        boolean isRoot(Path path) {
            return path.equals(folder);
        }
    }

    /** Sums the sizes of files by the minute of their time, so that millions of files need little memory. */
    private final class Sizes extends Visitor {

        private final Map<Long, Long> bytes = new TreeMap<>(Comparator.reverseOrder());

        Sizes(Path folder) {
            super(folder);
        }

        @Override
        void file(Path file, BasicFileAttributes attributes) throws IOException {
            bytes.merge(Math.floorDiv(times.of(file, attributes).toMillis(), MINUTE), attributes.size(), Long::sum);
        }

        /** Returns the end of the newest minute whose files, with all newer ones, are larger than the limit. */
        long newestAbove(long limit) {
            long sum = 0;
            for (Map.Entry<Long, Long> minute : bytes.entrySet()) {
                sum += minute.getValue();
                if (sum > limit) {
                    return (minute.getKey() + 1) * MINUTE - 1;
                }
            }
            return Long.MIN_VALUE;
        }
    }

    /** Removes the files up to a time, and the empty sub-folders. */
    private final class Removal extends Visitor {

        private final long newest;
        private final long newestEmpty;
        private long removed;
        private long bytes;
        private long failures;
        private IOException failure;

        Removal(Path folder, long newest) {
            super(folder);
            this.newest = newest;
            this.newestEmpty = Math.min(newest, clock.get().minus(EMPTY_FOR).toEpochMilli());
        }

        @Override
        void file(Path file, BasicFileAttributes attributes) throws IOException {
            String name = file.getFileName().toString();
            boolean hasImage = name.endsWith(FailureReport.SUFFIX) && Files.exists(file.resolveSibling(
                    name.substring(0, name.length() - FailureReport.SUFFIX.length())), LinkOption.NOFOLLOW_LINKS);
            if (!hasImage && times.of(file, attributes).toMillis() <= newest) {
                remove(file, attributes.size());
                remove(file.resolveSibling(FileNames.withSuffix(name, FailureReport.SUFFIX)), 0);
            }
        }

        private void remove(Path file, long size) {
            try {
                if (Files.deleteIfExists(file)) {
                    removed++;
                    bytes += size;
                }
            } catch (IOException e) {
                failures++;
                failure = e;
            }
        }

        @Override
        public FileVisitResult postVisitDirectory(Path path, IOException failed) throws IOException {
            if (!isRoot(path)) {
                try {
                    if (Files.getLastModifiedTime(path).toMillis() <= newestEmpty) {
                        Files.delete(path);
                    }
                } catch (DirectoryNotEmptyException | NoSuchFileException e) {
                    LOG.trace("{} stays", path);
                } catch (IOException e) {
                    failures++;
                    failure = e;
                }
            }
            return FileVisitResult.CONTINUE;
        }

        void log(Limit limit) {
            if (removed > 0) {
                LOG.info("Removed {} old files of {} MB from {} ({}.keepFor, {}.keepSize)", removed, bytes / 1_000_000,
                        limit.folder(), limit.name(), limit.name());
            }
            if (failures > 0) {
                LOG.warn("{} old files or folders can't be removed from {}: {}", failures, limit.folder(),
                        MessageText.printable(failure.toString()));
            }
        }
    }
}
