package io.github.camelroboflow.delivery.folder;

import io.github.camelroboflow.delivery.disk.Disk;
import io.github.camelroboflow.delivery.disk.FileNames;
import io.github.camelroboflow.delivery.disk.FileNames.SubFolders;
import io.github.camelroboflow.inference.support.LruMap;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The images in {@code failed}, and their return to the inbox. A program that watches the inbox may run meanwhile. */
final class FailedImages {

    private static final Logger LOG = LoggerFactory.getLogger(FailedImages.class);

    private final Path failed;
    private final Path inbox;
    private final DoneFiles doneFiles;
    private boolean unreadable;

    FailedImages(Path failed, Path inbox, DoneFiles doneFiles) {
        this.failed = failed.toAbsolutePath().normalize();
        this.inbox = inbox.toAbsolutePath().normalize();
        this.doneFiles = doneFiles;
    }

    /** Moves all images back, each into its original sub-folder, and deletes their reports. Returns their number. */
    int putBack() throws IOException {
        int count = 0;
        IOException failure = null;
        for (Path image : images()) {
            try {
                if (putBack(image)) {
                    count++;
                }
            } catch (IOException e) {
                LOG.warn("{} can't be moved to {}: {}", MessageText.printable(image.toString()), inbox,
                        MessageText.printable(e.toString()));
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
        if (unreadable) {
            throw new IOException("a folder in " + failed + " can't be read");
        }
        return count;
    }

    private List<Path> images() throws IOException {
        List<Path> images = new ArrayList<>();
        if (!Files.isDirectory(failed)) {
            return images;
        }
        Files.walkFileTree(failed, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String name = file.getFileName().toString();
                if (!attributes.isRegularFile()) {
                    LOG.warn("{} stays: it is no regular file", MessageText.printable(file.toString()));
                } else if (!name.startsWith(".") && !name.endsWith(InboxFolders.REPORT)) {
                    images.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                LOG.warn("{} can't be read, so its content stays: {}", MessageText.printable(file.toString()),
                        MessageText.printable(e.toString()));
                unreadable = true;
                return FileVisitResult.CONTINUE;
            }
        });
        return images;
    }

    /** Moves an image back and deletes its report. Returns {@code false} if the image is gone. */
    boolean putBack(Path image) throws IOException {
        String name = failed.relativize(image).toString().replace(File.separatorChar, '/');
        for (Path target = SubFolders.below(inbox, name); true; target = SubFolders.below(inbox, mark(name))) {
            Files.createDirectories(target.getParent());
            try {
                Disk.rename(image, target);
            } catch (FileAlreadyExistsException e) {
                // another image has this name in the inbox
                continue;
            } catch (NoSuchFileException e) {
                // the image was moved meanwhile
                return false;
            }
            doneFiles.restore(target);
            Files.deleteIfExists(failed.resolve(FileNames.withSuffix(name, InboxFolders.REPORT)));
            return true;
        }
    }

    private static String mark(String name) {
        return FileNames.withMark(name, UUID.randomUUID().toString().substring(0, 8));
    }

    /**
     * Watches failed images for an hour. A writer that is not finished still writes into the file, wherever it was moved. A file
     * that changed and was then stable counts as another image and returns to the inbox.
     */
    static final class FailedImageWatch {

        private static final Logger LOG = LoggerFactory.getLogger(FailedImageWatch.class);
        private static final Duration WATCHED_FOR = Duration.ofHours(1);
        private static final int MOST = 1000;

        /**
         * The last observation of a file.
         *
         * @param failed the time of the failure, by {@link System#nanoTime()}
         * @param since  the time of the first observation of this state, by the same clock
         */
        private record Observation(FileState state, boolean changed, long failed, long since) {
        }

        /** The state of a file, which a write changes. */
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

        private final Map<Path, Observation> files = new LruMap<>(MOST);
        private final Duration quiet;
        private final Return returnToInbox;

        /**
         * @param quiet the time that a changed file must be stable
         * @param back  the action for a changed file
         */
        FailedImageWatch(Duration quiet, Return back) {
            this.quiet = quiet;
            this.returnToInbox = back;
        }

        /** Watches an image from now on. */
        synchronized void add(Path image, FileState taken) {
            long now = System.nanoTime();
            files.put(image, new Observation(taken, false, now, now));
        }

        /** Checks all watched files. */
        synchronized void check() {
            for (Path file : List.copyOf(files.keySet())) {
                check(file, files.get(file));
            }
        }

        private void check(Path file, Observation before) {
            long now = System.nanoTime();
            try {
                FileState state = FileState.of(file);
                if (!state.equals(before.state)) {
                    files.put(file, new Observation(state, true, before.failed, now));
                } else if (before.changed && now - before.since >= quiet.toNanos()) {
                    files.remove(file);
                    if (returnToInbox.putBack(file)) {
                        LOG.info("{} has changed since it failed: it is tried again", MessageText.printable(file.toString()));
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
}
