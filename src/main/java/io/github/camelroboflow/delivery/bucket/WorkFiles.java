package io.github.camelroboflow.delivery.bucket;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of downloaded objects. Each program has names of its own and a lock file, so that several can share a folder. Leftovers
 * of a killed program are recognized by its free lock and deleted: its objects are still in the bucket.
 */
final class WorkFiles implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WorkFiles.class);
    private static final String PREFIX = "bucket-";
    private static final String LOCK = ".lock";
    private static final int LONGEST_EXTENSION = 5;

    private final Path folder;
    private final String run = PREFIX + UUID.randomUUID();
    private final AtomicLong count = new AtomicLong();
    private FileChannel lock;

    WorkFiles(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    void open() throws IOException {
        Files.createDirectories(folder);
        lock = FileChannel.open(folder.resolve(run + LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        lock.lock();
        try (DirectoryStream<Path> others = Files.newDirectoryStream(folder, PREFIX + "*" + LOCK)) {
            for (Path other : others) {
                if (!name(other).startsWith(run)) {
                    deleteIfLeft(other);
                }
            }
        }
    }

    private void deleteIfLeft(Path otherLock) throws IOException {
        String otherRun = name(otherLock).substring(0, name(otherLock).length() - LOCK.length());
        try (FileChannel channel = FileChannel.open(otherLock, StandardOpenOption.WRITE); FileLock free = channel.tryLock()) {
            if (free != null) {
                delete(otherRun);
                Files.delete(otherLock);
            }
        } catch (OverlappingFileLockException e) {
            LOG.debug("{} belongs to another context in this JVM", otherRun, e);
        }
    }

    private void delete(String filesOf) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, filesOf + "-*")) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    /** Returns a new file name with a key's extension if it is a plain one, and with nothing else of the key. */
    Path next(String key) {
        String extension = key.substring(Math.max(key.lastIndexOf('/'), key.lastIndexOf('.')) + 1);
        boolean plain = key.indexOf('.') >= 0 && extension.length() <= LONGEST_EXTENSION && extension.matches("[A-Za-z0-9]+");
        return folder.resolve(run + "-" + count.incrementAndGet() + (plain ? "." + extension : ""));
    }

    @Override
    public void close() throws IOException {
        if (lock != null) {
            delete(run);
            lock.close();
            Files.deleteIfExists(folder.resolve(run + LOCK));
        }
    }
}
