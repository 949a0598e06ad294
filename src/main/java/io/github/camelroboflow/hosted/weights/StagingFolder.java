package io.github.camelroboflow.hosted.weights;

import io.github.camelroboflow.inference.ModelPackageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * A hidden folder beside the final one that gets its name only when all of its files are complete. Its name is none
 * that a model can have. The program holds a lock on it as long as it lives, so that other programs can distinguish it
 * from the abandoned folder of a killed program.
 */
final class StagingFolder implements AutoCloseable {

    private static final String LOCK = ".lock";
    /**
     * This program's folders. A file lock belongs to the whole process and is lost when any channel to the file is
     * closed, so they must not be opened again.
     */
    private static final Set<Path> OWN_FOLDERS = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final Path path;
    private final FileChannel lock;

    private StagingFolder(Path folder, Path path, FileChannel lock) {
        this.folder = folder;
        this.path = path;
        this.lock = lock;
    }

    /** @throws ModelPackageException if the folder can't be written */
    static StagingFolder beside(Path folder) {
        Path parent = folder.toAbsolutePath().getParent();
        try {
            Files.createDirectories(parent);
            deleteAbandoned(parent, prefix(folder));
            StagingFolder staging;
            do {
                staging = make(folder, parent.resolve(prefix(folder) + UUID.randomUUID()));
            } while (staging == null);
            return staging;
        } catch (IOException e) {
            throw writeFailure(parent, e);
        }
    }

    /**
     * Makes and locks the folder. Returns {@code null} if another program considered it abandoned before it was locked;
     * that program deletes it.
     */
    private static StagingFolder make(Path folder, Path path) throws IOException {
        OWN_FOLDERS.add(path);
        FileChannel lock = null;
        boolean locked = false;
        try {
            Files.createDirectory(path);
            lock = FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            locked = isLocked(lock) && Files.exists(path.resolve(LOCK));
            return locked ? new StagingFolder(folder, path, lock) : null;
        } finally {
            if (!locked) {
                OWN_FOLDERS.remove(path);
                if (lock != null) {
                    lock.close();
                }
            }
        }
    }

    private static boolean isLocked(FileChannel channel) {
        try {
            return channel.tryLock() != null;
        } catch (IOException e) {
            // without file locks, abandoned folders are not deleted either
            return true;
        }
    }

    /** Returns the name prefix of the staging folders for that folder. A model's name never begins with a dot. */
    private static String prefix(Path folder) {
        return "." + folder.getFileName() + ".part-";
    }

    /** Deletes the folders of killed programs. */
    private static void deleteAbandoned(Path parent, String prefix) throws IOException {
        List<Path> candidates;
        try (Stream<Path> paths = Files.list(parent)) {
            candidates = paths.filter(path -> path.getFileName().toString().startsWith(prefix) && !OWN_FOLDERS.contains(path))
                    .toList();
        }
        for (Path path : candidates) {
            try (FileChannel channel = FileChannel.open(path.resolve(LOCK), StandardOpenOption.WRITE);
                    FileLock free = channel.tryLock()) {
                // the lock file is gone if another program is just renaming the folder
                if (free != null && Files.exists(path.resolve(LOCK))) {
                    delete(path);
                }
            } catch (IOException | OverlappingFileLockException e) {
                // the folder is in use or about to be
            }
        }
    }

    private static void delete(Path path) throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Returns whether a file, or a folder that is not empty, exists there. */
    static boolean exists(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Files.exists(folder);
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            return files.iterator().hasNext();
        } catch (IOException e) {
            return true;
        }
    }

    static ModelPackageException writeFailure(Path path, IOException e) {
        return new ModelPackageException(path.getFileName() + " can't be written (" + e.getClass().getSimpleName() + ": "
                + e.getMessage() + "): free disk space, let this program write there, or set modelsDirectory", e);
    }

    Path file(String name) {
        return path.resolve(name);
    }

    /**
     * Renames the folder to its final name, unless another program was first.
     *
     * @throws ModelPackageException if the folder can't be renamed
     */
    void publish() {
        try {
            unlock();
            force(path);
            Files.deleteIfExists(folder);
            Files.move(path, folder, StandardCopyOption.ATOMIC_MOVE);
            force(path.getParent());
        } catch (DirectoryNotEmptyException e) {
            // another program was first, with the same files
        } catch (IOException e) {
            if (!exists(folder)) {
                throw writeFailure(folder, e);
            }
        }
    }

    /**
     * Deletes the lock file before it closes it, where the system allows that, so that no program considers the folder
     * abandoned.
     */
    private void unlock() throws IOException {
        try {
            Files.delete(path.resolve(LOCK));
        } catch (IOException e) {
            // some systems can't delete an open file
        }
        lock.close();
        Files.deleteIfExists(path.resolve(LOCK));
    }

    /**
     * Writes the folder's entries to the disk where the file system can, so that a power failure leaves all of it or
     * nothing.
     */
    private static void force(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // some systems can't sync a directory
        }
    }

    @Override
    public void close() {
        OWN_FOLDERS.remove(path);
        try {
            lock.close();
            if (Files.exists(path)) {
                delete(path);
            }
        } catch (IOException e) {
            // the next download deletes it
        }
    }
}
