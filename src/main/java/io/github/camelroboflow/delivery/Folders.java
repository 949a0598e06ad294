package io.github.camelroboflow.delivery;

import io.github.camelroboflow.delivery.disk.Disk;
import io.github.camelroboflow.delivery.disk.Durability;
import io.github.camelroboflow.delivery.disk.OwnMark;
import io.github.camelroboflow.inference.Printable;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
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
    /** Content of the lock's file while the program runs: found at a start, it tells that the last run died. */
    private static final byte[] RUNNING = "running".getBytes(StandardCharsets.US_ASCII);
    static final String REPORT = ".error.json";
    /** What the names of reports begin with while they are written: in work, where the next start removes what was left there. */
    private static final String TEMPORARY = ".report-";
    /** Prefix of the file that shows at the start whether files can be renamed. */
    private static final String PROBE = ".probe-";
    /** How many other names are tried for an image; each is taken only if somebody makes it at that moment. */
    private static final int MOST_NAMES = 1000;
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
    private final RestartAttempts restarts;

    Folders(Path inbox, Path work, Path done, Path failed, DoneFiles doneFiles) {
        this(inbox, work, done, failed, doneFiles, MAX_ATTEMPTS);
    }

    /** @param maxAttempts how often the program may die while it works on an image */
    Folders(Path inbox, Path work, Path done, Path failed, DoneFiles doneFiles, int maxAttempts) {
        this.doneFiles = doneFiles;
        this.inbox = inbox.toAbsolutePath().normalize();
        this.work = work.toAbsolutePath().normalize();
        this.done = done.toAbsolutePath().normalize();
        this.failed = failed.toAbsolutePath().normalize();
        this.restarts = new RestartAttempts(this.work, maxAttempts);
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
    RestartAttempts restarts() {
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
        tryRenames();
        boolean died = lockFile.size() > 0;
        markAsRunning();
        recover(died);
    }

    /** A full disk is waited for: then a death of this run can't be told from a stop, and counts for no image. */
    private void markAsRunning() throws IOException {
        try {
            lockFile.write(ByteBuffer.wrap(RUNNING), 0);
            lockFile.force(false);
        } catch (IOException e) {
            unlessFull(e);
        }
    }

    /** Lets a lack of space pass, which is told when an image needs some. */
    private static void unlessFull(IOException e) throws IOException {
        if (FullDisk.sentence(List.of(e)).isEmpty()) {
            throw e;
        }
        LOG.debug("no space", e);
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

    /** Renames a file as images are: two mounts of one file system look like one until then. */
    private void tryRenames() throws IOException {
        Path probe = inbox.resolve(PROBE + UUID.randomUUID());
        Path from = inbox;
        try {
            Files.createFile(probe);
            for (Path to : List.of(work, done, failed)) {
                probe = rename(probe, from, to);
                from = to;
            }
        } catch (FolderException e) {
            throw e;
        } catch (IOException e) {
            unlessFull(e);
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    private static Path rename(Path file, Path from, Path to) throws IOException {
        try {
            return Files.move(file, to.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new FolderException("images can't be renamed from " + from + " to " + to + ", since these are two mounts: put"
                    + " both on one, by mounting the folder that holds both", e);
        } catch (IOException e) {
            throw new FolderException("images can't be renamed from " + from + " to " + to + " (" + reason(e)
                    + "): check the permissions of both", e);
        }
    }

    /** Tells whether a file can be moved from work to a folder, as any image would be. */
    boolean takesFiles(Path folder) {
        Path probe = work.resolve(PROBE + UUID.randomUUID());
        try {
            Files.write(probe, new byte[1]);
            Files.createDirectories(folder);
            Files.move(probe, folder.resolve(probe.getFileName()), StandardCopyOption.ATOMIC_MOVE);
            Files.delete(folder.resolve(probe.getFileName()));
            return true;
        } catch (IOException e) {
            LOG.debug("{} takes no files", folder, e);
            return false;
        } finally {
            deleteProbe(probe);
        }
    }

    private static void deleteProbe(Path probe) {
        try {
            Files.deleteIfExists(probe);
        } catch (IOException e) {
            LOG.debug("{} is left", probe, e);
        }
    }

    private void recover(boolean died) throws IOException {
        for (String left : List.of(TEMPORARY, PROBE)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(work, left + "*")) {
                for (Path file : files) {
                    Files.delete(file);
                }
            }
        }
        List<TakenImage> left = leftInWork();
        restarts.found(died, left.stream().map(TakenImage::identity).toList(), this::isInInbox);
        for (TakenImage image : left) {
            recover(image);
        }
        freeSlots.clear();
        removeEmptyFolders(work);
        if (!left.isEmpty()) {
            LOG.info("Found {} in {} that an earlier run had not finished", left.size() == 1 ? "an image" : left.size() + " images",
                    work);
        }
    }

    private List<TakenImage> leftInWork() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(work)) {
            files = all.filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)
                    && file.getNameCount() > work.getNameCount() + 1).toList();
        }
        List<TakenImage> images = new ArrayList<>();
        for (Path file : files) {
            Path slot = work.resolve(work.relativize(file).getName(0));
            String original = name(slot.relativize(file));
            images.add(TakenImage.of(original, original, attributes(file), slot, file));
        }
        return images;
    }

    private boolean isInInbox(String identity) {
        String original = identity.substring(identity.indexOf('/') + 1);
        Path file = inbox.resolve(original);
        try {
            return TakenImage.identity(original, attributes(file).lastModifiedTime().toMillis()).equals(identity);
        } catch (IOException e) {
            return false;
        }
    }

    private void recover(TakenImage image) throws IOException {
        if (isFiled(done, image) || isFiled(failed, image)) {
            Files.delete(image.work());
        } else if (restarts.isExhausted(image.identity())) {
            giveUp(image);
        } else {
            giveBack(image);
        }
    }

    private void giveUp(TakenImage image) throws IOException {
        int deaths = restarts.of(image.identity());
        FailureReport report = new FailureReport(image.original(), "the program ended " + deaths + " times while it worked on this"
                + " image, the last time on this one alone: if it was not stopped by force each time, the image is what ends it;"
                + " look for its last lines in the log", "ProgramEnded", deaths, null, Instant.now().toString(), List.of());
        fail(image, report);
        LOG.warn("{} failed, it is in {}: {}", Printable.of(image.original()), failed, report.error());
    }

    /** Tells whether an image has its name in a folder and just was not removed from work when the program died. */
    private static boolean isFiled(Path folder, TakenImage image) throws IOException {
        if (links(image.work()) < 2) {
            return false;
        }
        for (int number = 0; number < MOST_NAMES; number++) {
            Path file = SubFolders.below(folder, nameOf(image, number));
            if (!SubFolders.exists(file)) {
                return false;
            }
            if (Files.isSameFile(file, image.work())) {
                return true;
            }
        }
        return false;
    }

    private static int links(Path file) throws IOException {
        try {
            return (int) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS);
        } catch (UnsupportedOperationException e) {
            return 1;
        }
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
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
            image = TakenImage.of(original, free(done, original, before.lastModifiedTime().toMillis()), before, slot, target);
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
        String mark = UUID.nameUUIDFromBytes(image.identity().getBytes(StandardCharsets.UTF_8)).toString();
        if (SubFolders.exists(reportOf(name)) && !OwnMark.read(reportOf(name)).equals(Optional.of(OwnMark.of(mark)))) {
            // of another image, that was taken away; that of this one was there when a power cut kept the image from following it
            name = FileNames.withMark(name, UUID.randomUUID().toString().substring(0, 8));
        }
        Path target = reportOf(name);
        makeFolderOf(target);
        Path temporary = work.resolve(TEMPORARY + UUID.randomUUID());
        try {
            Files.write(temporary, report.json());
            OwnMark.write(temporary, mark);
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

    /** An image may have failed because it can't be read; then it can't be forced, either. */
    private static void forceIfReadable(Path image) throws IOException {
        try {
            Disk.force(image);
        } catch (AccessDeniedException e) {
            LOG.debug("not forced", e);
        }
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
        return stays ? SubFolders.below(inbox, free(inbox, image.original(), image.modified())) : target;
    }

    /** As {@link #putBack}, or later if that fails now. */
    private void giveBack(TakenImage image) {
        try {
            putBack(image);
        } catch (IOException e) {
            LOG.warn("{} can't be put back into {} and is in {} until it can: {}", Printable.of(image.original()), inbox, work,
                    Printable.of(e.toString()));
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
        for (int tries = 0; tries < MOST_NAMES; tries++) {
            Path target = SubFolders.below(folder, candidate);
            try {
                makeFolderOf(target);
                Disk.rename(image.work(), target);
                freeSlots.add(image.slot());
                return target;
            } catch (FileAlreadyExistsException e) {
                candidate = free(folder, image.original(), image.modified());
            }
        }
        throw new FileAlreadyExistsException(folder.resolve(name).toString(), null, "all names for it are taken");
    }

    /** The name, or if the folder has it already, the name marked with the image's time, or with a number besides. */
    private static String free(Path folder, String name, long modified) {
        int number = 0;
        while (SubFolders.exists(SubFolders.below(folder, marked(name, modified, number)))) {
            number++;
        }
        return marked(name, modified, number);
    }

    private static String nameOf(TakenImage image, int number) {
        return marked(image.original(), image.modified(), number);
    }

    private static String marked(String name, long modified, int number) {
        return number == 0 ? name : FileNames.withMark(name, STAMP.format(Instant.ofEpochMilli(modified))
                + (number == 1 ? "" : "-" + number));
    }

    private static void removeEmptyFolders(Path top) throws IOException {
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

    private static String reason(IOException e) {
        return e instanceof FileAlreadyExistsException ? "a file of that name is in its place" : String.valueOf(e.getMessage());
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
