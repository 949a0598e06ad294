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
 * A folder that nobody sees until all of its files are there: made beside the folder that it becomes, under a name that no model
 * has, and given that folder's name at once. As long as its program lives it holds a lock, by which others tell it from what a
 * program left behind that was killed.
 */
final class StagingFolder implements AutoCloseable {

    private static final String LOCK = ".lock";
    /** Those of this program: a file's locks are the program's, and are lost when any of its channels to it is closed. */
    private static final Set<Path> OWN_FOLDERS = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final Path path;
    private final FileChannel lock;

    private StagingFolder(Path folder, Path path, FileChannel lock) {
        this.folder = folder;
        this.path = path;
        this.lock = lock;
    }

    /** @throws ModelPackageException if the disk does not take it */
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

    /** Null if another program took it, before it was locked, for one that was left behind: that program deletes it. */
    private static StagingFolder make(Path folder, Path path) throws IOException {
        OWN_FOLDERS.add(path);
        FileChannel lock = null;
        boolean ours = false;
        try {
            Files.createDirectory(path);
            lock = FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            ours = isLocked(lock) && Files.exists(path.resolve(LOCK));
            return ours ? new StagingFolder(folder, path, lock) : null;
        } finally {
            if (!ours) {
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
            // where the file system has no locks, nothing is swept either
            return true;
        }
    }

    /** What those begin with that are to become that folder; a model's name never begins with a dot. */
    private static String prefix(Path folder) {
        return "." + folder.getFileName() + ".part-";
    }

    /** Deletes what killed programs left. */
    private static void deleteAbandoned(Path parent, String prefix) throws IOException {
        List<Path> left;
        try (Stream<Path> there = Files.list(parent)) {
            left = there.filter(path -> path.getFileName().toString().startsWith(prefix) && !OWN_FOLDERS.contains(path)).toList();
        }
        for (Path path : left) {
            try (FileChannel channel = FileChannel.open(path.resolve(LOCK), StandardOpenOption.WRITE);
                    FileLock free = channel.tryLock()) {
                // gone by now, if its program was just about to give it its name
                if (free != null && Files.exists(path.resolve(LOCK))) {
                    delete(path);
                }
            } catch (IOException | OverlappingFileLockException e) {
                // in use, or about to be
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

    /** Whether something is there already: any file, or a folder that isn't empty. */
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
                + e.getMessage() + "): make room there, let this program write there, or set modelsDirectory", e);
    }

    Path file(String name) {
        return path.resolve(name);
    }

    /**
     * Gives it its name, unless another program was first.
     *
     * @throws ModelPackageException if the disk does not take it
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

    /** The file first, where an open one can be deleted: without it nobody takes this for one that was left behind. */
    private void unlock() throws IOException {
        try {
            Files.delete(path.resolve(LOCK));
        } catch (IOException e) {
            // not while it is open
        }
        lock.close();
        Files.deleteIfExists(path.resolve(LOCK));
    }

    /** So that a power failure leaves all of it or nothing, where the file system can. */
    private static void force(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // not everywhere
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
            // the next one sweeps it
        }
    }
}
