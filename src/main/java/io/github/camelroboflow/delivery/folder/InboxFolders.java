package io.github.camelroboflow.delivery.folder;

import io.github.camelroboflow.delivery.disk.Disk;
import io.github.camelroboflow.delivery.disk.Durability;
import io.github.camelroboflow.delivery.disk.FileMark;
import io.github.camelroboflow.delivery.disk.FileNames;
import io.github.camelroboflow.delivery.disk.FileNames.FreeNames;
import io.github.camelroboflow.delivery.disk.FileNames.SubFolders;
import io.github.camelroboflow.delivery.failure.FailureReport;
import io.github.camelroboflow.delivery.folder.FolderChecks.FolderException;
import io.github.camelroboflow.delivery.folder.TakenImage.NotRegularFileException;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders that an image goes through, and its moves between them. A move copies no bytes and replaces no other file, so that at
 * any instant the image is somewhere, whole.
 *
 * <p>In {@code work} each image has a folder to itself while it is there, and below it its path in the inbox. So a file that is put
 * into the inbox meanwhile is another image, and an image that was in work when the process died finds its way back. The folders
 * are used again for later images, since making and removing one takes longer than all the moves of an image.
 */
final class InboxFolders implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(InboxFolders.class);
    private static final String LOCK = ".lock";
    /** Content of the lock's file while the program runs: found at a start, it tells that the last run died. */
    private static final byte[] RUNNING = "running".getBytes(StandardCharsets.US_ASCII);
    static final String REPORT = ".error.json";
    /** What the names of reports begin with while they are written: in work, where the next start removes what was left there. */
    static final String TEMPORARY = ".report-";
    private static final int MAX_ATTEMPTS = 3;

    private final Path inbox;
    private final Path work;
    private final Path done;
    private final Path failed;
    private final DoneFiles doneFiles;
    /** Images that can't go back to the inbox yet, since another file took their place there. */
    private final Set<TakenImage> waiting = ConcurrentHashMap.newKeySet();
    private final Queue<Path> freeSlots = new ConcurrentLinkedQueue<>();
    private final AtomicInteger slots = new AtomicInteger();
    /** Keeps our slots apart from those that an earlier run left. */
    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private Durability durability = Durability.POWER;
    private FileChannel lockFile;
    private final CrashCounter restarts;

    InboxFolders(Path inbox, Path work, Path done, Path failed, DoneFiles doneFiles) {
        this(inbox, work, done, failed, doneFiles, MAX_ATTEMPTS);
    }

    /** @param maxAttempts how often the program may die while it works on an image */
    InboxFolders(Path inbox, Path work, Path done, Path failed, DoneFiles doneFiles, int maxAttempts) {
        this.doneFiles = doneFiles;
        this.inbox = inbox.toAbsolutePath().normalize();
        this.work = work.toAbsolutePath().normalize();
        this.done = done.toAbsolutePath().normalize();
        this.failed = failed.toAbsolutePath().normalize();
        this.restarts = new CrashCounter(this.work, maxAttempts);
    }

    Path inbox() {
        return inbox;
    }

    Path work() {
        return work;
    }

    Path done() {
        return done;
    }

    Path failed() {
        return failed;
    }

    /** Tells which images may have killed the program. */
    CrashCounter restarts() {
        return restarts;
    }

    void setDurability(Durability durability) {
        this.durability = durability;
    }

    /**
     * Makes the folders, tries whether images can be moved between them, and puts back what a process that died left in work.
     *
     * @throws FolderException if one of them can't be used
     */
    void open() throws IOException {
        FolderChecks.create(inbox, List.of(work, done, failed));
        lock();
        FolderChecks.tryRenames(List.of(inbox, work, done, failed));
        boolean died = lockFile.size() > 0;
        markAsRunning();
        new CrashRecovery(this).run(died);
    }

    /** A full disk is waited for: then a death of this run can't be told from a stop, and counts for no image. */
    private void markAsRunning() throws IOException {
        try {
            lockFile.write(ByteBuffer.wrap(RUNNING), 0);
            lockFile.force(false);
        } catch (IOException e) {
            FolderChecks.unlessFull(e);
        }
    }

    private void lock() throws IOException {
        lockFile = FileChannel.open(work.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = lockFile.tryLock();
        } catch (OverlappingFileLockException e) {
            LOG.debug("held in this JVM", e);
        }
        if (lock == null) {
            lockFile.close();
            throw new FolderException("another process or route works in " + work
                    + ": stop it, or give this one folders of its own");
        }
    }

    static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    /** Whether an image is complete by the word of whoever put it there. */
    boolean isAnnounced(Path file) {
        return doneFiles.announces(file.toAbsolutePath().normalize());
    }

    /**
     * Takes an image out of the inbox; empty if it is gone.
     *
     * @throws NotRegularFileException if it is no file that can be read; it is where it was
     */
    Optional<TakenImage> take(Path file) throws IOException {
        Path absolute = file.toAbsolutePath().normalize();
        if (!absolute.startsWith(inbox)) {
            throw new FolderException(absolute + " is not in " + inbox);
        }
        String original = name(inbox.relativize(absolute));
        TakenImage image;
        Path slot = null;
        try {
            BasicFileAttributes before = attributes(absolute);
            NotRegularFileException.unlessRegular(before);
            slot = slotFor(original);
            Path target = slot.resolve(original);
            Files.move(absolute, target, StandardCopyOption.ATOMIC_MOVE);
            String name = FreeNames.in(done, original, before.lastModifiedTime().toMillis());
            image = TakenImage.of(original, name, before, slot, target);
        } catch (NoSuchFileException e) {
            release(slot);
            return Optional.empty();
        } catch (IOException e) {
            release(slot);
            throw e;
        }
        try {
            // another may have taken its name since it was looked at
            NotRegularFileException.unlessRegular(attributes(image.work()));
            doneFiles.remove(absolute);
            return Optional.of(image);
        } catch (IOException e) {
            giveBack(image);
            throw e;
        }
    }

    private void release(Path slot) {
        if (slot != null) {
            freeSlots.add(slot);
        }
    }

    /** Has no slot be used again: an image may wait in it. */
    void forgetSlots() {
        freeSlots.clear();
    }

    /** A slot in which nothing is in the image's way: folders of earlier images' names may be. */
    private Path slotFor(String original) throws IOException {
        Path slot = freeSlots.poll();
        if (slot == null) {
            slot = work.resolve(run + "-" + slots.incrementAndGet());
        }
        Path target = slot.resolve(original);
        if (!target.equals(SubFolders.below(slot, original)) || SubFolders.exists(target)) {
            removeEmptyFolders(slot);
        }
        makeFolderOf(target);
        return slot;
    }

    /** Tells an image in the inbox from others that had or will have its name. */
    String identity(Path file) throws IOException {
        Path absolute = file.toAbsolutePath().normalize();
        return TakenImage.identity(name(inbox.relativize(absolute)), attributes(absolute).lastModifiedTime().toMillis());
    }

    /** With {@code /} between folders on every system; a backslash in a name is nothing special but on Windows. */
    static String name(Path relative) {
        return relative.toString().replace(File.separatorChar, '/');
    }

    private static void makeFolderOf(Path file) throws IOException {
        // asking first is much cheaper than Files.createDirectories on a folder that is there
        if (!Files.isDirectory(file.getParent())) {
            Files.createDirectories(file.getParent());
        }
    }

    /** Files an image as done. */
    void complete(TakenImage image) throws IOException {
        move(image, done, image.name());
    }

    /**
     * Files an image as failed, with a report beside it. The report is there first, so that no image is there without its reason.
     */
    Path fail(TakenImage image, FailureReport report) throws IOException {
        String name = FreeNames.in(failed, image.original(), image.modified());
        String mark = UUID.nameUUIDFromBytes(image.identity().getBytes(StandardCharsets.UTF_8)).toString().substring(0, 8);
        if (SubFolders.exists(reportOf(name)) && !isLeftByEarlierRun(reportOf(name), mark)) {
            // of an image that was taken away to be tried again
            name = FileNames.withMark(name, UUID.randomUUID().toString().substring(0, 8));
        }
        Path target = reportOf(name);
        makeFolderOf(target);
        Path temporary = work.resolve(TEMPORARY + UUID.randomUUID());
        try {
            Files.write(temporary, report.json());
            FileMark.write(temporary, run + mark);
            if (durability == Durability.POWER) {
                Disk.force(temporary);
                forceIfReadable(image.work());
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            if (durability == Durability.POWER) {
                Disk.forceFolder(target.getParent());
            }
        } finally {
            Files.deleteIfExists(temporary);
        }
        try {
            return move(image, failed, name);
        } catch (IOException e) {
            // the next try writes another
            Files.deleteIfExists(target);
            throw e;
        }
    }

    /** An image may have failed because it can't be read or is gone; then it can't be forced, either. */
    private static void forceIfReadable(Path image) throws IOException {
        try {
            Disk.force(image);
        } catch (AccessDeniedException | NoSuchFileException e) {
            LOG.debug("not forced", e);
        }
    }

    /** Tells whether a report was there when a power cut kept the image, the one that has the mark, from following it. */
    private boolean isLeftByEarlierRun(Path report, String mark) {
        return FileMark.read(report).filter(written -> written.endsWith(mark) && !written.startsWith(run)).isPresent();
    }

    private Path reportOf(String name) {
        return SubFolders.below(failed, FileNames.withSuffix(name, REPORT));
    }

    /** Returns an image to the inbox under its name, or keeps it in work until that name is free there. */
    void putBack(TakenImage image) throws IOException {
        Path target = placeInInbox(image);
        makeFolderOf(target);
        if (!SubFolders.exists(target)) {
            doneFiles.restore(target);
        }
        try {
            Disk.rename(image.work(), target);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isSameFile(image.work(), target)) {
                waiting.add(image);
                return;
            }
            Files.delete(image.work());
        } catch (NoSuchFileException e) {
            LOG.debug("{} is gone from work", image, e);
        }
        freeSlots.add(image.slot());
    }

    /** Its own name, unless something has that which is never taken: a folder, a link. */
    private Path placeInInbox(TakenImage image) {
        Path target = SubFolders.below(inbox, image.original());
        boolean stays = SubFolders.exists(target) && !Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS);
        return stays ? SubFolders.below(inbox, FreeNames.in(inbox, image.original(), image.modified())) : target;
    }

    /** As {@link #putBack}, or later if that fails now. */
    void giveBack(TakenImage image) {
        try {
            putBack(image);
        } catch (IOException e) {
            LOG.warn("{} can't be put back into {} and is in {} until it can: {}", MessageText.printable(image.original()), inbox,
                    work,
                    MessageText.printable(e.toString()));
            waiting.add(image);
        }
    }

    /** Tries again to return the images whose name was taken in the inbox, each by itself. */
    void putBackWaiting() {
        for (TakenImage image : waiting) {
            // whoever removes it returns it, or its slot would be freed twice
            if (waiting.remove(image)) {
                try {
                    putBack(image);
                } catch (IOException | RuntimeException | Error e) {
                    LOG.debug("{} still can't be put back", image, e);
                    waiting.add(image);
                }
            }
        }
    }

    private Path move(TakenImage image, Path folder, String name) throws IOException {
        String candidate = name;
        for (int tries = 0; tries < FreeNames.MOST; tries++) {
            Path target = SubFolders.below(folder, candidate);
            try {
                makeFolderOf(target);
                Disk.rename(image.work(), target);
                freeSlots.add(image.slot());
                return target;
            } catch (NoSuchFileException e) {
                if (SubFolders.exists(image.work())) {
                    throw e;
                }
                LOG.warn("{} is gone from {}: somebody took it away, so it is not in {}", MessageText.printable(image.original()),
                        work,
                        folder);
                freeSlots.add(image.slot());
                return target;
            } catch (FileAlreadyExistsException e) {
                candidate = FreeNames.in(folder, image.original(), image.modified());
            }
        }
        throw new FileAlreadyExistsException(folder.resolve(name).toString(), null, "all names for it are taken");
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

    @Override
    public void close() throws IOException {
        if (lockFile != null && lockFile.isOpen()) {
            try {
                lockFile.truncate(0);
                restarts.save();
                removeEmptyFolders(work);
            } finally {
                lockFile.close();
            }
        }
    }
}
