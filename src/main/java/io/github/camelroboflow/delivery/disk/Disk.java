package io.github.camelroboflow.delivery.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forces files and folders to disk, names files exclusively, and keeps others from reading what is not for them. */
public final class Disk {

    private static final Logger LOG = LoggerFactory.getLogger(Disk.class);
    private static final boolean FOLDERS_OPEN = !System.getProperty("os.name").startsWith("Windows");
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> FOLDER_OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    private static final int MOST_KNOWN = 10_000;
    /** Folders whose entries in the folders above them are on disk. */
    private static final Set<Path> KNOWN = ConcurrentHashMap.newKeySet();

    private Disk() {
    }

    /** Forces a file's content to disk. */
    public static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Forces the names in a folder to disk. The first call for a folder also forces the folders above it, which may be new. */
    public static void forceFolder(Path folder) throws IOException {
        if (!FOLDERS_OPEN) {
            return;
        }
        force(folder);
        if (KNOWN.contains(folder)) {
            return;
        }
        for (Path above = folder.toAbsolutePath().getParent(); above != null; above = above.getParent()) {
            try {
                force(above);
            } catch (AccessDeniedException e) {
                // this program did not create it
                LOG.debug("not forced", e);
            }
        }
        if (KNOWN.size() >= MOST_KNOWN) {
            KNOWN.clear();
        }
        KNOWN.add(folder);
    }

    /** Creates a folder and the folders above it, if they are missing. */
    public static void createFolder(Path folder) throws IOException {
        // the check is much cheaper than the creation
        if (!Files.isDirectory(folder)) {
            KNOWN.clear();
            Files.createDirectories(folder);
        }
    }

    /**
     * Renames a file within a file system, without replacing another file. If several programs rename a file at the same time, one
     * succeeds.
     *
     * @throws FileAlreadyExistsException if another file has the name
     * @throws NoSuchFileException        if the file is gone, perhaps since another program has renamed it
     */
    public static void rename(Path from, Path to) throws IOException {
        try {
            Files.createLink(to, from);
        } catch (FileAlreadyExistsException e) {
            if (!isSecondName(from, to)) {
                throw e;
            }
            // a program was killed before it deleted the first name, or is about to delete it
            Files.delete(from);
            return;
        } catch (NoSuchFileException e) {
            throw e;
        } catch (UnsupportedOperationException | IOException e) {
            LOG.debug("no hard links here", e);
            if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileAlreadyExistsException(to.toString());
            }
            // only an atomic move: a crash could leave a copy half done
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        try {
            Files.delete(from);
        } catch (NoSuchFileException e) {
            // the program that deleted it has a name of its own for the file
            if (names(to) > 1) {
                Files.delete(to);
            }
            throw e;
        } catch (IOException e) {
            // otherwise each further try would add one more name
            if (Files.isSameFile(from, to)) {
                Files.delete(to);
            }
            throw e;
        }
    }

    private static boolean isSecondName(Path from, Path to) throws IOException {
        try {
            // one name may be written in two ways
            return Files.isSameFile(from, to) && names(from) > 1;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Returns the number of names that a file has; 0 if this system does not tell, or it has none. */
    private static int names(Path file) throws IOException {
        try {
            return (int) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException | UnsupportedOperationException | IllegalArgumentException e) {
            LOG.debug("no number of names", e);
            return 0;
        }
    }

    /** Creates an empty file that only its owner can read, where the file system knows permissions. */
    public static void createPrivate(Path file) throws IOException {
        if (isPosix(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        } else {
            Files.createFile(file);
        }
    }

    /** Creates a folder that only its owner can list, or restricts an existing one to its owner. */
    public static void createPrivateFolder(Path folder) throws IOException {
        if (!isPosix(folder)) {
            createFolder(folder);
        } else if (Files.isDirectory(folder)) {
            restrictToOwner(folder);
        } else {
            createFolder(folder.toAbsolutePath().getParent());
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(FOLDER_OWNER_ONLY));
        }
    }

    /** Removes the permissions of other users for an existing file or folder, and logs it. */
    public static void restrictToOwner(Path path) {
        try {
            boolean folder = Files.isDirectory(path);
            if (isPosix(path) && Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                    && Files.getPosixFilePermissions(path).stream().anyMatch(right -> !right.name().startsWith("OWNER"))) {
                Files.setPosixFilePermissions(path, folder ? FOLDER_OWNER_ONLY : OWNER_ONLY);
                LOG.info("{} may hold addresses and tokens: other users can't read it any more", path);
            }
        } catch (IOException e) {
            LOG.warn("{} may hold addresses and tokens, and its permissions can't be changed. Make sure that other users can't read"
                    + " it: {}", path, e.toString());
        }
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /** The failures that a delivery survives. */
    public enum Durability {
        /** Deliveries are on disk and survive a power cut. */
        POWER,
        /** The operating system has the deliveries: they survive a kill of the program, but perhaps not a stop of the machine. */
        PROCESS
    }
}
