package io.github.camelroboflow.delivery.folder;

import io.github.camelroboflow.delivery.disk.FileNames.SubFolders;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The slots in {@code work}: the folders that each hold one image. They are reused for later images: to create and remove one takes
 * longer than all the moves of an image. Thread-safe.
 */
final class WorkSlots {

    private static final Logger LOG = LoggerFactory.getLogger(WorkSlots.class);

    private final Path work;
    private final String prefix;
    private final Queue<Path> free = new ConcurrentLinkedQueue<>();
    private final AtomicInteger made = new AtomicInteger();

    /** @param prefix separates the slots of this run from those of an earlier run */
    WorkSlots(Path work, String prefix) {
        this.work = work;
        this.prefix = prefix;
    }

    /** Returns a slot in which the image's path is free: folders of earlier images may have its name. */
    Path of(String original) throws IOException {
        Path slot = free.poll();
        if (slot == null) {
            slot = work.resolve(prefix + "-" + made.incrementAndGet());
        }
        Path target = slot.resolve(original);
        if (!target.equals(SubFolders.below(slot, original)) || SubFolders.exists(target)) {
            removeEmptyFolders(slot);
        }
        createParentFolder(target);
        return slot;
    }

    /** @param slot a slot that holds no image any more; {@code null} is none */
    void release(Path slot) {
        if (slot != null) {
            free.add(slot);
        }
    }

    /** Forgets the free slots, since one may hold an image. */
    void forget() {
        free.clear();
    }

    static void createParentFolder(Path file) throws IOException {
        // the check is much cheaper than Files.createDirectories on an existing folder
        if (!Files.isDirectory(file.getParent())) {
            Files.createDirectories(file.getParent());
        }
    }

    static void removeEmptyFolders(Path top) throws IOException {
        List<Path> folders;
        try (Stream<Path> paths = Files.walk(top)) {
            folders = paths.filter(path -> !path.equals(top) && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .sorted(Comparator.reverseOrder()).toList();
        }
        for (Path folder : folders) {
            try {
                Files.delete(folder);
            } catch (DirectoryNotEmptyException e) {
                LOG.debug("{} holds an image", folder, e);
            }
        }
    }
}
