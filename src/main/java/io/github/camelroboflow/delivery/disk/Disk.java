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
    private static final Set<PosixFilePermission> OURS_ALONE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> FOLDER_OURS_ALONE = PosixFilePermissions.fromString("rwx------");

    private static final int MOST_KNOWN = 10_000;
    /** Folders whose own place in the folders above them is on disk. */
    private static final Set<Path> KNOWN = ConcurrentHashMap.newKeySet();

    private Disk() {
    }

    /** Has a file's content on disk. */
    public static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Has the names in a folder on disk, and at first its own in the folders above it, which may be new, too. */
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
                // it is not one that we have made
                LOG.debug("not forced", e);
            }
        }
        if (KNOWN.size() >= MOST_KNOWN) {
            KNOWN.clear();
        }
        KNOWN.add(folder);
    }

    /** Makes a folder, if it is not there, with those above it. */
    public static void createFolder(Path folder) throws IOException {
        // asking first is much cheaper
        if (!Files.isDirectory(folder)) {
            KNOWN.clear();
            Files.createDirectories(folder);
        }
    }

    /**
     * Gives a file another name, in the same file system, that no other has.
     *
     * @throws FileAlreadyExistsException if there is something of that name
     */
    public static void rename(Path from, Path to) throws IOException {
        try {
            Files.createLink(to, from);
        } catch (FileAlreadyExistsException | NoSuchFileException e) {
            throw e;
        } catch (UnsupportedOperationException | IOException e) {
            LOG.debug("no hard links here", e);
            if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileAlreadyExistsException(to.toString());
            }
            // never a copy, which a crash would leave half done
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        try {
            Files.delete(from);
        } catch (IOException e) {
            // else each further try gave it one more name
            if (Files.isSameFile(from, to)) {
                Files.delete(to);
            }
            throw e;
        }
    }

    /** Makes an empty file that nobody else may read, where the system knows such rights. */
    public static void createPrivate(Path file) throws IOException {
        if (isPosix(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(OURS_ALONE));
        } else {
            Files.createFile(file);
        }
    }

    /** Makes a folder that nobody else may look into; one that is there is closed to others. */
    public static void createPrivateFolder(Path folder) throws IOException {
        if (!isPosix(folder)) {
            createFolder(folder);
        } else if (Files.isDirectory(folder)) {
            restrictToOwner(folder);
        } else {
            createFolder(folder.toAbsolutePath().getParent());
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(FOLDER_OURS_ALONE));
        }
    }

    /** Takes from others the right to read a file or folder that is there, with a line about it. */
    public static void restrictToOwner(Path path) {
        try {
            boolean folder = Files.isDirectory(path);
            if (isPosix(path) && Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                    && Files.getPosixFilePermissions(path).stream().anyMatch(right -> !right.name().startsWith("OWNER"))) {
                Files.setPosixFilePermissions(path, folder ? FOLDER_OURS_ALONE : OURS_ALONE);
                LOG.info("{} may hold addresses and tokens: others may not read it any more", path);
            }
        } catch (IOException e) {
            LOG.warn("{} may hold addresses and tokens, and others may read it: that can't be changed: {}", path, e.toString());
        }
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
