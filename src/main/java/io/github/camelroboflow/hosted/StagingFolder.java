package io.github.camelroboflow.hosted;

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
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A folder that nobody sees until all of its files are there: made beside the folder that it becomes, under a name that no model
 * has, and given that folder's name at once. As long as its program lives it holds a lock, by which others tell it from what a
 * program left behind that was killed.
 */
final class StagingFolder implements AutoCloseable {

    private static final String LOCK = ".lock";

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
            sweep(parent, prefix(folder));
            Path path = Files.createDirectory(parent.resolve(prefix(folder) + UUID.randomUUID()));
            FileChannel lock = FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            try {
                lock.tryLock();
            } catch (IOException e) {
                // where the file system has no locks, nothing is swept either
            }
            return new StagingFolder(folder, path, lock);
        } catch (IOException e) {
            throw unwritable(parent, e);
        }
    }

    /** What those begin with that are to become that folder; a model's name never begins with a dot. */
    private static String prefix(Path folder) {
        return "." + folder.getFileName() + ".part-";
    }

    /** Deletes what killed programs left. */
    private static void sweep(Path parent, String prefix) throws IOException {
        List<Path> left;
        try (Stream<Path> there = Files.list(parent)) {
            left = there.filter(path -> path.getFileName().toString().startsWith(prefix)).toList();
        }
        for (Path path : left) {
            try (FileChannel channel = FileChannel.open(path.resolve(LOCK), StandardOpenOption.WRITE);
                    FileLock free = channel.tryLock()) {
                if (free != null) {
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
    static boolean isTaken(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Files.exists(folder);
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            return files.iterator().hasNext();
        } catch (IOException e) {
            return true;
        }
    }

    static ModelPackageException unwritable(Path path, IOException e) {
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
            lock.close();
            Files.deleteIfExists(path.resolve(LOCK));
            force(path);
            Files.deleteIfExists(folder);
            Files.move(path, folder, StandardCopyOption.ATOMIC_MOVE);
            force(path.getParent());
        } catch (DirectoryNotEmptyException e) {
            // another program was first, with the same files
        } catch (IOException e) {
            if (!isTaken(folder)) {
                throw unwritable(folder, e);
            }
        }
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
