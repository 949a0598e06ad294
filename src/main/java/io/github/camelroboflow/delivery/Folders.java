package io.github.camelroboflow.delivery;

import io.github.camelroboflow.delivery.disk.Disk;
import io.github.camelroboflow.delivery.disk.Durability;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
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
final class Folders implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Folders.class);
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS").withZone(ZoneOffset.UTC);
    private static final String LOCK = ".lock";
    static final String REPORT = ".error.json";
    /** What the names of reports begin with while they are written: in work, where the next start removes what was left there. */
    private static final String TEMPORARY = ".report-";

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

    Folders(Path inbox, Path work, Path done, Path failed, DoneFiles doneFiles) {
        this.doneFiles = doneFiles;
        this.inbox = inbox.toAbsolutePath().normalize();
        this.work = work.toAbsolutePath().normalize();
        this.done = done.toAbsolutePath().normalize();
        this.failed = failed.toAbsolutePath().normalize();
    }

    void setDurability(Durability durability) {
        this.durability = durability;
    }

    /**
     * Makes the folders and puts back what a process that died left in work.
     *
     * @throws FolderException if one of them can't be used
     */
    void open() throws IOException {
        for (Path folder : List.of(inbox, work, done, failed)) {
            create(folder);
        }
        for (Path folder : List.of(work, done, failed)) {
            if (!Files.getFileStore(folder).equals(Files.getFileStore(inbox))) {
                throw new FolderException(folder + " is on another file system than " + inbox
                        + ", so images can't be renamed from one to the other: put both on one file system");
            }
            if (folder.startsWith(inbox)) {
                throw new FolderException(folder + " lies in " + inbox
                        + ", so its images would be taken in again: put it elsewhere");
            }
        }
        lock();
        recover();
    }

    private static void create(Path folder) throws IOException {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new FolderException("the folder " + folder + " can't be made: " + reason(e), e);
        }
        if (!Files.isWritable(folder)) {
            throw new FolderException("the folder " + folder + " can't be written to: check its permissions");
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

    private void recover() throws IOException {
        try (DirectoryStream<Path> reports = Files.newDirectoryStream(work, TEMPORARY + "*")) {
            for (Path report : reports) {
                Files.delete(report);
            }
        }
        List<Path> left;
        try (Stream<Path> files = Files.walk(work)) {
            left = files.filter(Files::isRegularFile).filter(file -> file.getNameCount() > work.getNameCount() + 1).toList();
        }
        for (Path file : left) {
            Path slot = work.resolve(work.relativize(file).getName(0));
            String original = name(slot.relativize(file));
            putBack(new TakenImage(original, original, Files.getLastModifiedTime(file).toMillis(), slot, file));
        }
        freeSlots.clear();
        removeEmptyFolders();
        if (!left.isEmpty()) {
            LOG.info("Found {} in {} that an earlier run had not finished: back in {}", left.size() == 1 ? "an image" : left.size()
                    + " images", work, inbox);
        }
    }

    /** Whether an image is complete by the word of whoever put it there. */
    boolean isAnnounced(Path file) {
        return doneFiles.announces(file.toAbsolutePath().normalize());
    }

    /** Takes an image out of the inbox; empty if it is gone. */
    Optional<TakenImage> take(Path file) throws IOException {
        Path absolute = file.toAbsolutePath().normalize();
        if (!absolute.startsWith(inbox)) {
            throw new FolderException(absolute + " is not in " + inbox);
        }
        String original = name(inbox.relativize(absolute));
        Path slot = freeSlots.poll();
        if (slot == null) {
            slot = work.resolve(run + "-" + slots.incrementAndGet());
        }
        Path target = slot.resolve(original);
        makeFolderOf(target);
        try {
            long modified = Files.getLastModifiedTime(absolute).toMillis();
            Files.move(absolute, target, StandardCopyOption.ATOMIC_MOVE);
            doneFiles.remove(absolute);
            return Optional.of(new TakenImage(original, free(done, original, modified), modified, slot, target));
        } catch (NoSuchFileException e) {
            freeSlots.add(slot);
            return Optional.empty();
        } catch (IOException e) {
            freeSlots.add(slot);
            throw e;
        }
    }

    /** With {@code /} between folders on every system; a backslash in a name is nothing special but on Windows. */
    private static String name(Path relative) {
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
        String name = free(failed, image.original(), image.modified());
        if (Files.exists(failed.resolve(FileNames.withSuffix(name, REPORT)))) {
            // of an image that was taken away to be tried again
            name = FileNames.withMark(name, UUID.randomUUID().toString().substring(0, 8));
        }
        Path target = failed.resolve(FileNames.withSuffix(name, REPORT));
        makeFolderOf(target);
        Path temporary = work.resolve(TEMPORARY + UUID.randomUUID());
        try {
            Files.write(temporary, report.json());
            if (durability == Durability.POWER) {
                Disk.force(temporary);
                Disk.force(image.work());
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            if (durability == Durability.POWER) {
                Disk.forceFolder(target.getParent());
            }
        } finally {
            Files.deleteIfExists(temporary);
        }
        return move(image, failed, name);
    }

    /** Returns an image to the inbox under its name, or keeps it in work until that name is free there. */
    void putBack(TakenImage image) throws IOException {
        Path target = inbox.resolve(image.original());
        makeFolderOf(target);
        if (Files.notExists(target)) {
            doneFiles.restore(target);
        }
        try {
            linkOrMove(image.work(), target);
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

    /** Others write into the inbox: a rename could replace what came a moment ago, but a link is refused. */
    static void linkOrMove(Path from, Path to) throws IOException {
        try {
            Files.createLink(to, from);
        } catch (FileAlreadyExistsException | NoSuchFileException e) {
            throw e;
        } catch (UnsupportedOperationException | IOException e) {
            LOG.debug("no hard links here", e);
            Files.move(from, to);
            return;
        }
        Files.delete(from);
    }

    /** Tries again to return the images whose name was taken in the inbox. */
    void putBackWaiting() throws IOException {
        for (TakenImage image : waiting) {
            // whoever removes it returns it, or its slot would be freed twice
            if (waiting.remove(image)) {
                putBack(image);
            }
        }
    }

    private Path move(TakenImage image, Path folder, String name) throws IOException {
        String candidate = name;
        while (true) {
            Path target = folder.resolve(candidate);
            makeFolderOf(target);
            try {
                Files.move(image.work(), target);
                freeSlots.add(image.slot());
                return target;
            } catch (FileAlreadyExistsException e) {
                candidate = free(folder, image.original(), image.modified());
            }
        }
    }

    /** The name, or if the folder has it already, the name marked with the image's time, or with a number besides. */
    private static String free(Path folder, String name, long modified) {
        if (!Files.exists(folder.resolve(name))) {
            return name;
        }
        String stamp = STAMP.format(Instant.ofEpochMilli(modified));
        String candidate = FileNames.withMark(name, stamp);
        for (int i = 2; Files.exists(folder.resolve(candidate)); i++) {
            candidate = FileNames.withMark(name, stamp + "-" + i);
        }
        return candidate;
    }

    private void removeEmptyFolders() throws IOException {
        List<Path> folders;
        try (Stream<Path> paths = Files.walk(work)) {
            folders = paths.filter(path -> !path.equals(work) && Files.isDirectory(path))
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

    private static String reason(IOException e) {
        return e instanceof FileAlreadyExistsException ? "a file of that name is in its place" : String.valueOf(e.getMessage());
    }

    @Override
    public void close() throws IOException {
        if (lockFile != null && lockFile.isOpen()) {
            try {
                removeEmptyFolders();
            } finally {
                lockFile.close();
            }
        }
    }
}
