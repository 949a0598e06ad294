package io.github.camelroboflow.app.batch;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.camelroboflow.delivery.disk.Disk;
import io.github.camelroboflow.export.CsvTable;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/**
 * The files {@code results.jsonl}, from which everything else can be made again, and {@code results.csv}. Each image is handed to
 * the operating system when it is done, so a kill loses at most the end of a line, which the next start cuts off.
 */
public final class ResultFiles implements Closeable {

    public static final String LINES = "results.jsonl";
    private static final String TABLE = "results.csv";
    private static final String TEMPORARY = "." + LINES + ".tmp";
    private static final String LOCK = ".lock";

    private final Path folder;
    private final FileChannel lock;
    private Writer lines;
    private Writer table;

    /** Receives a line of an earlier run. */
    @FunctionalInterface
    interface LineVisitor {
        void visit(ResultLine line) throws IOException;
    }

    private ResultFiles(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /**
     * Opens the files of a folder, which nobody else may write meanwhile.
     *
     * @throws IOException with a sentence for a person if another program writes them, or they can't be written
     */
    static ResultFiles open(Path folder) throws IOException {
        Files.createDirectories(folder);
        FileChannel channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!isLocked(channel)) {
            channel.close();
            throw new IOException("another program writes into " + folder + ": wait for its end, or name another folder with"
                    + " -Dout");
        }
        return new ResultFiles(folder, channel);
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** Returns whether there are lines of an earlier run. */
    boolean isResumed() {
        return Files.exists(folder.resolve(LINES));
    }

    /**
     * Keeps some lines of an earlier run, and makes both files ready for more.
     *
     * @param kept returns the line to keep, or {@code null} to drop it
     */
    void resume(UnaryOperator<ResultLine> kept) throws IOException {
        Path whole = folder.resolve(LINES);
        Path temporary = folder.resolve(TEMPORARY);
        table = Files.newBufferedWriter(folder.resolve(TABLE));
        table.write(CsvTable.HEADER);
        try (Writer copy = Files.newBufferedWriter(temporary)) {
            forEach(line -> {
                ResultLine left = kept.apply(line);
                if (left != null) {
                    copy.write(left.json() + "\n");
                    table.write(left.csv());
                }
            });
        }
        Disk.force(temporary);
        Files.move(temporary, whole, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        lines = Files.newBufferedWriter(whole, StandardOpenOption.APPEND);
        table.flush();
    }

    /** Returns the line of an image in the results of a batch, which may be running. Empty if there is none yet. */
    public static Optional<ResultLine> find(Path folder, String image) throws IOException {
        AtomicReference<ResultLine> found = new AtomicReference<>();
        new ResultFiles(folder, null).forEach(line -> {
            if (line.image().equals(image)) {
                found.set(line);
            }
        });
        return Optional.ofNullable(found.get());
    }

    /** Reads all whole lines, one at a time. */
    void forEach(LineVisitor visitor) throws IOException {
        if (Files.notExists(folder.resolve(LINES))) {
            return;
        }
        // malformed bytes, such as half a letter at the end, do not stop this reader
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(Files.newInputStream(folder.resolve(LINES)),
                UTF_8))) {
            for (String text = reader.readLine(); text != null; text = reader.readLine()) {
                Optional<ResultLine> line = ResultLine.parse(text);
                if (line.isPresent()) {
                    visitor.visit(line.get());
                }
            }
        }
    }

    void add(ResultLine line) throws IOException {
        lines.write(line.json() + "\n");
        lines.flush();
        table.write(line.csv());
        table.flush();
    }

    /** Forces all that was added to disk. */
    void force() throws IOException {
        Disk.force(folder.resolve(LINES));
        Disk.force(folder.resolve(TABLE));
        Disk.forceFolder(folder);
    }

    @Override
    public void close() throws IOException {
        if (lines != null) {
            lines.close();
            table.close();
        }
        lock.close();
    }
}
