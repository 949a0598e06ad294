package io.github.camelroboflow.delivery.folder;

import io.github.camelroboflow.delivery.disk.Disk;
import io.github.camelroboflow.delivery.disk.Disk.Durability;
import io.github.camelroboflow.delivery.disk.FileMark;
import io.github.camelroboflow.delivery.disk.FileNames;
import io.github.camelroboflow.delivery.disk.FileNames.FreeNames;
import io.github.camelroboflow.delivery.disk.FileNames.SubFolders;
import io.github.camelroboflow.delivery.failure.FailureClassifier;
import io.github.camelroboflow.delivery.failure.FailureReport;
import io.github.camelroboflow.delivery.folder.FolderChecks.FolderAwayException;
import io.github.camelroboflow.delivery.folder.FolderChecks.FolderException;
import io.github.camelroboflow.delivery.folder.InboxStrategy.InboxSettings;
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
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders of an image, and its moves between them. A move copies no bytes and replaces no file, so that the image is whole in
 * one place at any time.
 *
 * <p>Each image in {@code work} has a {@link WorkSlots slot}, and below it its path in the inbox. So a file that is put into the
 * inbox meanwhile is another image, and an image in work finds its way back after a crash.
 */
final class InboxFolders implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(InboxFolders.class);
    static final String LOCK = ".lock";
    /** The content of the lock file while the program runs. If a start finds it, the last run died. */
    private static final byte[] RUNNING = "running".getBytes(StandardCharsets.US_ASCII);
    static final String REPORT = FailureReport.SUFFIX;
    /** The prefix of reports in work while they are written; the next start removes leftovers. */
    static final String TEMPORARY = ".report-";
    private static final int MAX_ATTEMPTS = 3;

    private final Path inbox;
    private final Path work;
    private final Path done;
    private final Path failed;
    private final DoneFiles doneFiles;
    /** Images that can't return to the inbox yet, since another file has their name there. */
    private final Set<TakenImage> waiting = ConcurrentHashMap.newKeySet();
    /** The prefix that separates the slots and reports of this run from those of an earlier run. */
    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private final boolean shared;
    private final WorkSlots slots;
    private Durability durability = Durability.POWER;
    private FileChannel lockFile;
    private final CrashCounter restarts;

    InboxFolders(Path inbox, Path work, Path done, Path failed, DoneFiles doneFiles) {
        this(inbox, work, done, failed, doneFiles, MAX_ATTEMPTS);
    }

    /** @param maxAttempts the number of crashes of the program while it processes an image */
    InboxFolders(Path inbox, Path work, Path done, Path failed, DoneFiles doneFiles, int maxAttempts) {
        this(inbox, work, done, failed, doneFiles, maxAttempts, false);
    }

    private InboxFolders(Path inbox, Path work, Path done, Path failed, DoneFiles doneFiles, int maxAttempts, boolean shared) {
        this.doneFiles = doneFiles;
        this.inbox = inbox.toAbsolutePath().normalize();
        this.work = work.toAbsolutePath().normalize();
        this.done = done.toAbsolutePath().normalize();
        this.failed = failed.toAbsolutePath().normalize();
        this.shared = shared;
        this.slots = shared ? WorkSlots.shared(this.work) : new WorkSlots(this.work, run);
        this.restarts = new CrashCounter(this.work, maxAttempts);
    }

    /**
     * Makes those of a program that shares its images with others: what is in work stays there at a start, and each image has a
     * slot of its own.
     */
    static InboxFolders shared(InboxSettings settings) {
        InboxFolders folders = new InboxFolders(settings.inbox(), settings.work(), settings.done(), settings.failed(),
                DoneFiles.named(settings.doneFileName()), settings.maxAttempts(), true);
        folders.setDurability(settings.durability());
        return folders;
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

    WorkSlots slots() {
        return slots;
    }

    /** Returns the counts of the crashes during which each image was in work. */
    CrashCounter restarts() {
        return restarts;
    }

    void setDurability(Durability durability) {
        this.durability = durability;
    }

    /**
     * Creates the folders, checks that images can be moved between them, and returns the images that a dead process left in work to
     * the inbox.
     *
     * @throws FolderException     if one of them can never be used
     * @throws FolderAwayException if one of them can't be used now
     */
    void open() throws IOException {
        open(false);
    }

    /** Does the same for folders that were away. Their inbox has to be there, since a new one could be beside the disk. */
    void openAgain() throws IOException {
        open(true);
    }

    private void open(boolean again) throws IOException {
        try {
            FolderChecks.create(inbox, List.of(work, done, failed), again);
            if (shared) {
                FolderChecks.tryRenames(List.of(inbox, work, done, failed));
            } else {
                lockAndRecover();
            }
        } catch (FolderException | FolderAwayException e) {
            throw e;
        } catch (IOException e) {
            throw new FolderAwayException("the folders of " + inbox + " can't be used: " + FailureClassifier.describe(e), e);
        }
    }

    private void lockAndRecover() throws IOException {
        lock();
        boolean open = false;
        try {
            FolderChecks.tryRenames(List.of(inbox, work, done, failed));
            boolean died = lockFile.size() > 0;
            markAsRunning();
            new CrashRecovery(this).run(died);
            open = true;
        } finally {
            if (!open) {
                unlock();
            }
        }
    }

    /** Lets another try follow, which counts a crash only if this one has not. */
    private void unlock() throws IOException {
        try (FileChannel closing = lockFile) {
            if (restarts.isRecorded()) {
                closing.truncate(0);
            }
        }
    }

    /** Marks the run as running. Ignores a full disk: a crash of this run then looks like a stop and counts for no image. */
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

    /** Returns whether the writer of an image has announced that it is complete. */
    boolean isAnnounced(Path file) {
        return doneFiles.announces(file.toAbsolutePath().normalize());
    }

    /**
     * Moves an image from the inbox to work. Empty if it is gone.
     *
     * @throws NotRegularFileException if it is no regular file; it stays where it is
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
            slot = slots.of(original);
            Path target = slot.resolve(original);
            Files.move(absolute, target, StandardCopyOption.ATOMIC_MOVE);
            String name = FreeNames.in(done, original, before.lastModifiedTime().toMillis());
            image = TakenImage.of(original, name, before, slot, target);
        } catch (NoSuchFileException e) {
            slots.release(slot, original);
            return Optional.empty();
        } catch (IOException e) {
            slots.release(slot, original);
            throw e;
        }
        try {
            // another file may have replaced it since the check
            NotRegularFileException.unlessRegular(attributes(image.work()));
            doneFiles.remove(absolute);
            return Optional.of(image);
        } catch (IOException e) {
            giveBack(image);
            throw e;
        }
    }

    /** Returns the identity of an image in the inbox, which distinguishes it from earlier and later images of the same name. */
    String identity(Path file) throws IOException {
        Path absolute = file.toAbsolutePath().normalize();
        return TakenImage.identity(name(inbox.relativize(absolute)), attributes(absolute).lastModifiedTime().toMillis());
    }

    /** Returns a path with {@code /} between folders on every system. A backslash in a name is only special on Windows. */
    static String name(Path relative) {
        return relative.toString().replace(File.separatorChar, '/');
    }

    /** Moves an image to done. Returns its file there. */
    Path complete(TakenImage image) throws IOException {
        return move(image, done, image.name());
    }

    /**
     * Moves an image to failed, with a report beside it. The report is written first, so that no image is there without its reason.
     */
    Path fail(TakenImage image, FailureReport report) throws IOException {
        String name = FreeNames.in(failed, image.original(), image.modified());
        String mark = UUID.nameUUIDFromBytes(image.identity().getBytes(StandardCharsets.UTF_8)).toString().substring(0, 8);
        if (SubFolders.exists(reportOf(name)) && !isLeftByEarlierRun(reportOf(name), mark)) {
            // the report belongs to an image that was moved away to be tried again
            name = FileNames.withMark(name, UUID.randomUUID().toString().substring(0, 8));
        }
        Path target = reportOf(name);
        // a sub-folder that was removed and is made again has to be forced with the folders above it
        Disk.createFolder(target.getParent());
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
            Path moved = move(image, failed, name);
            if (shared && !SubFolders.exists(moved) && !SubFolders.exists(SubFolders.below(failed, name))) {
                // another program has filed the image under another name
                Files.deleteIfExists(target);
            }
            return moved;
        } catch (IOException e) {
            // the next attempt writes another report
            Files.deleteIfExists(target);
            throw e;
        }
    }

    /** Forces an image to disk. An image that failed because it is unreadable or gone can't be forced. */
    private static void forceIfReadable(Path image) throws IOException {
        try {
            Disk.force(image);
        } catch (AccessDeniedException | NoSuchFileException e) {
            LOG.debug("not forced", e);
        }
    }

    /** Returns whether a report with this mark is from an earlier run, in which a power cut kept its image from following it. */
    private boolean isLeftByEarlierRun(Path report, String mark) {
        return FileMark.read(report).filter(written -> written.endsWith(mark) && !written.startsWith(run)).isPresent();
    }

    private Path reportOf(String name) {
        return SubFolders.below(failed, FileNames.withSuffix(name, REPORT));
    }

    /** Returns an image to the inbox under its name, or keeps it in work until that name is free. */
    void putBack(TakenImage image) throws IOException {
        Path target = placeInInbox(image);
        WorkSlots.createParentFolder(target);
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
        slots.release(image);
    }

    /** Returns the image's place in the inbox: its own name, unless a folder or a link has it, which is never taken. */
    private Path placeInInbox(TakenImage image) {
        Path target = SubFolders.below(inbox, image.original());
        boolean stays = SubFolders.exists(target) && !Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS);
        return stays ? SubFolders.below(inbox, FreeNames.in(inbox, image.original(), image.modified())) : target;
    }

    /** Does the same as {@link #putBack}, and tries again later if that fails now. */
    void giveBack(TakenImage image) {
        try {
            putBack(image);
        } catch (IOException e) {
            LOG.warn("{} can't be put back into {} and stays in {} until it can: {}", MessageText.printable(image.original()),
                    inbox, work,
                    MessageText.printable(e.toString()));
            waiting.add(image);
        }
    }

    /** Tries again to return the waiting images, each by itself. */
    void putBackWaiting() {
        for (TakenImage image : waiting) {
            // only the thread that removes it returns it, otherwise its slot would be freed twice
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
                WorkSlots.createParentFolder(target);
                Disk.rename(image.work(), target);
                slots.release(image);
                return target;
            } catch (NoSuchFileException e) {
                if (SubFolders.exists(image.work())) {
                    throw e;
                }
                LOG.warn("{} is gone from {}: another program {} it, so this one does not put it into {}",
                        MessageText.printable(image.original()), work, shared ? "filed or removed" : "removed", folder);
                slots.release(image);
                return target;
            } catch (FileAlreadyExistsException e) {
                candidate = FreeNames.in(folder, image.original(), image.modified());
            }
        }
        throw new FileAlreadyExistsException(folder.resolve(name).toString(), null, "all names for it are taken");
    }

    @Override
    public void close() throws IOException {
        if (lockFile != null && lockFile.isOpen()) {
            try {
                lockFile.truncate(0);
                restarts.save();
                WorkSlots.removeEmptyFolders(work);
            } finally {
                lockFile.close();
            }
        }
    }
}
