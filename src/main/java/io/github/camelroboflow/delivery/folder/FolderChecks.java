package io.github.camelroboflow.delivery.folder;

import io.github.camelroboflow.delivery.disk.Disk;
import io.github.camelroboflow.delivery.failure.FileFailures;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks at the start, and when a move has failed, whether folders can be used, and images can be moved between them. */
public final class FolderChecks {

    private static final Logger LOG = LoggerFactory.getLogger(FolderChecks.class);

    /** The prefix of the probe files. */
    static final String PROBE = ".probe-";

    private FolderChecks() {
    }

    /**
     * Creates the folders. Checks all of them before it makes one: a folder on the mount point of a disk that is away would hide
     * that the disk is away.
     *
     * @param returned whether the program waited for them: then the inbox is not made, since its place may be a mount point
     * @throws FolderException     if one of them can never be used
     * @throws FolderAwayException if one of them can't be used now
     */
    static void create(Path inbox, List<Path> others, boolean returned) throws IOException {
        Optional<IOException> worst = problems(inbox, others).stream()
                .min(Comparator.comparing(FolderAwayException.class::isInstance));
        if (worst.isPresent()) {
            throw worst.get();
        }
        if (returned && !Files.isDirectory(inbox)) {
            throw new FolderAwayException("the folder " + inbox + " is not there: mount its disk, or create it");
        }
        for (Path folder : withInbox(inbox, others)) {
            try {
                Disk.createFolder(folder);
            } catch (IOException e) {
                throw new FolderAwayException("the folder " + folder + " can't be created: " + e.getMessage(), e);
            }
        }
    }

    private static List<Path> withInbox(Path inbox, List<Path> others) {
        return Stream.concat(Stream.of(inbox), others.stream()).toList();
    }

    private static List<IOException> problems(Path inbox, List<Path> others) {
        List<IOException> problems = new ArrayList<>();
        check(problems, () -> requireUsable(inbox));
        if (Files.isDirectory(inbox) && !InboxFiles.isListable(inbox)) {
            problems.add(new FolderAwayException("the folder " + inbox + " can't be listed: check its permissions"));
        }
        boolean there = problems.isEmpty();
        for (Path folder : others) {
            check(problems, () -> requireOutside(inbox, folder));
            check(problems, () -> {
                Path existing = requireUsable(folder);
                if (there) {
                    requireOneFileSystem(inbox, folder, existing);
                }
            });
        }
        return problems;
    }

    /** A check of a folder. */
    @FunctionalInterface
    private interface Check {
        void run() throws IOException;
    }

    private static void check(List<IOException> problems, Check check) {
        try {
            check.run();
        } catch (IOException e) {
            problems.add(e);
        }
    }

    private static void requireWritable(Path folder, Path there) throws FolderAwayException {
        if (!Files.isWritable(there)) {
            throw there.equals(folder)
                    ? new FolderAwayException("the folder " + folder + " can't be written to: check its permissions")
                    : FolderAwayException.in(there, folder, "", null);
        }
    }

    private static void requireOneFileSystem(Path inbox, Path folder, Path there) throws IOException {
        if (!Files.getFileStore(there).equals(Files.getFileStore(existingPart(inbox)))) {
            throw new FolderException(folder + " is on another file system than " + inbox
                    + ", so images can't be renamed from one to the other: put both on one file system");
        }
    }

    private static void requireOutside(Path inbox, Path folder) throws FolderException {
        if (folder.startsWith(inbox)) {
            throw new FolderException(folder + " lies in " + inbox
                    + ", so its images would be taken in again: choose a folder outside it");
        }
    }

    /** Returns a sentence for each reason why {@link #create} would fail, as far as it is known without making anything. */
    static List<String> foreseen(Path inbox, List<Path> others) {
        return problems(inbox, others).stream().map(IOException::getMessage).distinct().toList();
    }

    /**
     * Tries whether a folder can be used or made, and leaves nothing behind.
     *
     * @param name the property that has the folder, for the message
     * @throws IllegalArgumentException if it can't be used
     */
    public static void require(String name, String folder) {
        try {
            requireUsable(Path.of(folder.strip()).toAbsolutePath().normalize());
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException(name + "=" + folder + ": " + e.getMessage(), e);
        }
    }

    /** Returns the part of the folder's path that exists. */
    private static Path requireUsable(Path folder) throws IOException {
        Path there = existingPart(folder);
        requireWritable(folder, there);
        if (!there.equals(folder)) {
            // some file systems, such as /proc, have permissions and take no folder
            Path probe = there.resolve(PROBE + UUID.randomUUID());
            try {
                Files.createDirectory(probe);
                Files.delete(probe);
            } catch (IOException e) {
                if (FileFailures.sentence(List.of(e)).isEmpty()) {
                    throw FolderAwayException.in(there, folder, " (" + e.getClass().getSimpleName() + ")", e);
                }
                LOG.debug("no space", e);
            }
        }
        return there;
    }

    /** Returns the folder, or the folder above it in which it would be made. */
    private static Path existingPart(Path folder) throws IOException {
        Path there = folder;
        while (there.getParent() != null && !Files.exists(there, LinkOption.NOFOLLOW_LINKS)) {
            there = there.getParent();
        }
        if (Files.isSymbolicLink(there) && !Files.exists(there)) {
            throw new FolderAwayException("the folder " + folder + " is not there, since " + there + " is a link to "
                    + Files.readSymbolicLink(there) + ": mount its disk, or create that folder");
        }
        if (!Files.isDirectory(there)) {
            throw new FolderException("the folder " + folder + " can't be created: " + there + " is no folder");
        }
        return there;
    }

    /**
     * Renames a probe file through all folders, as images are. Two mounts of one file system only differ in such a rename.
     *
     * @throws FolderException if two of them are on different mounts
     */
    static void tryRenames(List<Path> folders) throws IOException {
        Path from = folders.get(0);
        Path probe = from.resolve(PROBE + UUID.randomUUID());
        try {
            Files.createFile(probe);
            for (Path to : folders.subList(1, folders.size())) {
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
            throw new FolderAwayException("images can't be renamed from " + from + " to " + to + " (" + e.getMessage()
                    + "): check the permissions of both", e);
        }
    }

    /** Returns whether a file can be moved from work to another folder, as an image would be. */
    static boolean takesFiles(Path work, Path folder) {
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
            LOG.debug("{} stays", probe, e);
        }
    }

    /** Ignores a full disk, which is reported when an image needs space. */
    static void unlessFull(IOException e) throws IOException {
        if (FileFailures.sentence(List.of(e)).isEmpty()) {
            throw e;
        }
        LOG.debug("no space", e);
    }

    /** Thrown if a folder can never be used; the message says why to the operator, and what to do. */
    static final class FolderException extends IOException {

        FolderException(String message) {
            super(message);
        }

        FolderException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Thrown if a folder can't be used now, such as one of a disk that is not mounted; the message says why, and what to do. */
    static final class FolderAwayException extends IOException {

        FolderAwayException(String message) {
            super(message);
        }

        FolderAwayException(String message, Throwable cause) {
            super(message, cause);
        }

        private static FolderAwayException in(Path there, Path folder, String reason, Throwable cause) {
            return new FolderAwayException("the folder " + folder + " can't be created in " + there + reason
                    + ": mount its disk, or create it and let this program write to it", cause);
        }
    }
}
