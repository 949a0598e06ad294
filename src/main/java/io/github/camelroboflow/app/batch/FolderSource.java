package io.github.camelroboflow.app.batch;

import io.github.camelroboflow.delivery.failure.FailureClassifier;
import io.github.camelroboflow.delivery.source.ImageNameFilter;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;

/** A folder of images with its sub-folders. */
public final class FolderSource implements BatchSource {

    private final String in;
    private final ImageNameFilter names;
    private Path folder;

    /** @param names which files are images */
    public FolderSource(String in, ImageNameFilter names) {
        this.in = in;
        this.names = names;
    }

    @Override
    public void check() {
        // the checks of the settings have done it
    }

    @Override
    public void open(boolean resumed, CountDownLatch stopping) throws IOException {
        folder = Path.of(in).toRealPath();
    }

    @Override
    public String address() {
        return folder.toString();
    }

    @Override
    public String identity() {
        return address();
    }

    @Override
    public String id() {
        return "file:" + folder;
    }

    @Override
    public Optional<Path> folder() {
        return Optional.of(folder);
    }

    @Override
    public Listing list(BiConsumer<Path, IOException> unreadable) {
        return new ImageWalk(folder, names, unreadable);
    }

    @Override
    public Optional<BatchImage> current(ResultLine earlier) {
        Path file = folder.resolve(earlier.image());
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return now.isRegularFile() ? Optional.of(BatchImage.ofFile(earlier.image(), file, now.size(),
                    now.lastModifiedTime().toInstant())) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public TakenImage take(BatchImage listed) throws IOException {
        try {
            return TakenImage.of(listed.file() != null ? listed
                    : BatchImage.ofFile(listed.name(), folder.resolve(listed.name()), listed.size(), listed.modified()));
        } catch (IOException e) {
            if (!Files.isReadable(folder)) {
                throw e;
            }
            throw new InvalidImageException("the image " + MessageText.printable(listed.name()) + " can't be read: "
                    + FailureClassifier.describe(e), e);
        }
    }

    @Override
    public void release(BatchImage image) {
        // it stays as it is
    }

    @Override
    public void close() {
        // nothing is open
    }

    /**
     * The images of a folder and of its sub-folders, in the order of their names. Links are not followed. In memory are the names
     * of one folder on each level.
     */
    static final class ImageWalk implements Listing {

        /** A folder, or the rest of one. */
        private record Level(String prefix, Iterator<Path> entries) {
        }

        private final ImageNameFilter names;
        private final BiConsumer<Path, IOException> unreadable;
        private final Deque<Level> levels = new ArrayDeque<>();
        private BatchImage next;
        private long others;

        /** @param unreadable receives the folders and files that can't be read, which are left out */
        ImageWalk(Path folder, ImageNameFilter names, BiConsumer<Path, IOException> unreadable) {
            this.names = names;
            this.unreadable = unreadable;
            open(folder, "");
        }

        @Override
        public long others() {
            return others;
        }

        private void open(Path folder, String prefix) {
            List<Path> entries = new ArrayList<>();
            try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
                all.forEach(entries::add);
            } catch (IOException e) {
                unreadable.accept(folder, e);
            } catch (DirectoryIteratorException e) {
                unreadable.accept(folder, e.getCause());
            }
            entries.sort(null);
            levels.push(new Level(prefix, entries.iterator()));
        }

        @Override
        public boolean hasNext() {
            while (next == null && !levels.isEmpty()) {
                Level level = levels.peek();
                if (level.entries.hasNext()) {
                    Path entry = level.entries.next();
                    next = visit(entry, level.prefix + entry.getFileName()).orElse(null);
                } else {
                    levels.pop();
                }
            }
            return next != null;
        }

        private Optional<BatchImage> visit(Path entry, String name) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                String file = entry.getFileName().toString();
                if (attributes.isDirectory()) {
                    if (ImageNameFilter.mayHoldImages(file)) {
                        open(entry, name + "/");
                    }
                } else if (!names.isImage(file, name)) {
                    others++;
                } else if (attributes.isRegularFile()) {
                    return Optional.of(BatchImage.ofFile(name, entry, attributes.size(),
                            attributes.lastModifiedTime().toInstant()));
                } else {
                    unreadable.accept(entry, new IOException("it is a link or no plain file, and these are never followed"));
                }
            } catch (IOException e) {
                unreadable.accept(entry, e);
            }
            return Optional.empty();
        }

        @Override
        public BatchImage next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            BatchImage image = next;
            next = null;
            return image;
        }
    }
}
