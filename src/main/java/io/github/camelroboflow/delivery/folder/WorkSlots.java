package io.github.camelroboflow.delivery.folder;

import io.github.camelroboflow.delivery.disk.FileNames.SubFolders;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The slots in {@code work}: the folders that each hold one image. A few are kept for later images, since to create and remove one
 * takes longer than all the moves of an image. A slot has the sub-folders of one image only. Where several programs share work,
 * each image has a slot of its own, which goes with it. Thread-safe.
 */
final class WorkSlots {

    private static final Logger LOG = LoggerFactory.getLogger(WorkSlots.class);
    /** The number of slots without an image that are kept. */
    static final int MOST_FREE = 16;

    private final Path work;
    private final Supplier<String> names;
    private final boolean shared;
    /** The free slots, the last one first: the next image is probably of the same sub-folder. */
    private final BlockingDeque<FreeSlot> free = new LinkedBlockingDeque<>(MOST_FREE);

    /**
     * A slot without an image.
     *
     * @param subFolder the folder in the slot that its last image was in; the slot itself if it had no sub-folder
     */
    private record FreeSlot(Path path, Path subFolder) {

        /** Removes the sub-folders up to a folder, which stays. If that fails, they stay until the next start. */
        void clearUpTo(Path end) {
            try {
                for (Path folder = subFolder; !folder.equals(end); folder = folder.getParent()) {
                    Files.deleteIfExists(folder);
                }
            } catch (IOException e) {
                LOG.debug("{} is not empty or can't be removed", path, e);
            }
        }
    }

    /** @param prefix separates the slots of this run from those of an earlier run */
    WorkSlots(Path work, String prefix) {
        AtomicInteger made = new AtomicInteger();
        this.work = work;
        this.names = () -> prefix + "-" + made.incrementAndGet();
        this.shared = false;
    }

    private WorkSlots(Path work) {
        this.work = work;
        this.names = () -> UUID.randomUUID().toString();
        this.shared = true;
    }

    /** Makes those of a folder that other programs share. A slot's name is a random UUID. */
    static WorkSlots shared(Path work) {
        return new WorkSlots(work);
    }

    /** Returns a slot in which the image's path is free: folders of earlier images may have its name. */
    Path of(String original) throws IOException {
        FreeSlot reused = free.pollFirst();
        Path slot = reused == null ? work.resolve(names.get()) : reused.path();
        Path target = slot.resolve(original);
        if (reused != null && !reused.subFolder().equals(target.getParent())) {
            reused.clearUpTo(slot);
        }
        if (reused != null && (!target.equals(SubFolders.below(slot, original)) || target.toFile().exists())) {
            removeEmptyFolders(slot);
        }
        createParentFolder(target);
        return slot;
    }

    /**
     * Keeps a slot for later images, or removes it if enough are kept.
     *
     * @param slot     a slot that holds no image any more; {@code null} is none
     * @param original the name that its image had in the inbox
     */
    void release(Path slot, String original) {
        if (slot != null) {
            FreeSlot released = new FreeSlot(slot, slot.resolve(original).getParent());
            if (shared || !free.offerFirst(released)) {
                released.clearUpTo(work);
            }
        }
    }

    void release(TakenImage image) {
        release(image.slot(), image.original());
    }

    /** Removes the slots that hold no image. */
    void removeFree() {
        for (FreeSlot slot = free.pollLast(); slot != null; slot = free.pollLast()) {
            slot.clearUpTo(work);
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

    /** Returns whether a path is in a sub-folder of {@code work} that is the folder {@code work} of another inbox. */
    static boolean isOfAnotherInbox(Path work, Path path) {
        return !path.equals(work) && Files.exists(work.resolve(work.relativize(path).getName(0)).resolve(InboxFolders.LOCK),
                LinkOption.NOFOLLOW_LINKS);
    }

    static void removeEmptyFolders(Path top) throws IOException {
        List<Path> folders;
        try (Stream<Path> paths = Files.walk(top)) {
            folders = paths.filter(path -> !path.equals(top) && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                    && !isOfAnotherInbox(top, path)).sorted(Comparator.reverseOrder()).toList();
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
