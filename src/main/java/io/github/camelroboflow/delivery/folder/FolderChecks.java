package io.github.camelroboflow.delivery.folder;

import io.github.camelroboflow.delivery.failure.FileFailures;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
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
     * Creates the folders.
     *
     * @throws FolderException if one of them can't be used
     */
    static void create(Path inbox, List<Path> others) throws IOException {
        create(inbox);
        for (Path folder : others) {
            create(folder);
            requireOneFileSystem(inbox, inbox, folder, folder);
        }
    }

    private static void create(Path folder) throws IOException {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new FolderException("the folder " + folder + " can't be created: " + reason(e), e);
        }
        requireWritable(folder, folder);
    }

    private static void requireWritable(Path folder, Path there) throws FolderException {
        if (!Files.isWritable(there)) {
            throw new FolderException("the folder " + folder + (there.equals(folder) ? " can't be written to"
                    : " can't be created in " + there) + ": check its permissions");
        }
    }

    private static void requireOneFileSystem(Path inbox, Path inboxThere, Path folder, Path there) throws IOException {
        if (!Files.getFileStore(there).equals(Files.getFileStore(inboxThere))) {
            throw new FolderException(folder + " is on another file system than " + inbox
                    + ", so images can't be renamed from one to the other: put both on one file system");
        }
        if (folder.startsWith(inbox)) {
            throw new FolderException(folder + " lies in " + inbox
                    + ", so its images would be taken in again: choose a folder outside it");
        }
    }

    /** Returns a sentence for each reason why {@link #create} would fail, as far as it is known without making anything. */
    static List<String> foreseen(Path inbox, List<Path> others) {
        List<String> sentences = new ArrayList<>();
        for (Path folder : Stream.concat(Stream.of(inbox), others.stream()).toList()) {
            try {
                Path there = requireUsable(folder);
                if (!folder.equals(inbox)) {
                    requireOneFileSystem(inbox, existingPart(inbox), folder, there);
                }
            } catch (IOException e) {
                sentences.add(e.getMessage());
            }
        }
        return sentences.stream().distinct().toList();
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
    private static Path requireUsable(Path folder) throws FolderException {
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
                    throw new FolderException("the folder " + folder + " can't be created: " + there + " takes no new folder ("
                            + e.getClass().getSimpleName() + "), so choose another place", e);
                }
                LOG.debug("no space", e);
            }
        }
        return there;
    }

    /** Returns the folder, or the folder above it in which it would be made. */
    private static Path existingPart(Path folder) throws FolderException {
        Path there = folder;
        while (there.getParent() != null && !Files.exists(there, LinkOption.NOFOLLOW_LINKS)) {
            there = there.getParent();
        }
        if (!Files.isDirectory(there)) {
            throw new FolderException("the folder " + folder + " can't be created: " + there + " is no folder");
        }
        return there;
    }

    /**
     * Renames a probe file through all folders, as images are. Two mounts of one file system only differ in such a rename.
     *
     * @throws FolderException that names the two folders between which a rename fails
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
            throw new FolderException("images can't be renamed from " + from + " to " + to + " (" + reason(e)
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

    private static String reason(IOException e) {
        return e instanceof FileAlreadyExistsException ? "a file of that name is in its place" : String.valueOf(e.getMessage());
    }

    /** Thrown if a folder can't be used; the message says why to the operator, and what to do. */
    static final class FolderException extends IOException {

        FolderException(String message) {
            super(message);
        }

        FolderException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
