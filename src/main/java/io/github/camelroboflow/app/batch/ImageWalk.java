package io.github.camelroboflow.app.batch;

import io.github.camelroboflow.delivery.source.ImageNameFilter;
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
import java.util.function.BiConsumer;

/**
 * The images of a folder and of its sub-folders, in the order of their names. Links are not followed. In memory are the names of
 * one folder on each level.
 */
final class ImageWalk implements Iterator<BatchImage> {

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

    /** Returns the number of files so far that are no images by their names. */
    long others() {
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
                return Optional.of(new BatchImage(name, entry, attributes.size(), attributes.lastModifiedTime().toInstant(), 0));
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
