package io.github.camelroboflow.delivery.outbox;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.camelroboflow.delivery.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far a database had come, in a small file beside it. It is written after the database, and never forced: it may be behind,
 * but a database that is behind it has lost something.
 */
final class DatabaseMark {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseMark.class);
    private static final int DIGITS = 19;

    private final Path path;
    private FileChannel channel;

    DatabaseMark(String path) {
        this.path = Path.of(path);
    }

    Path path() {
        return path;
    }

    /** Empty if there is none, or none that can be read. */
    OptionalLong read() {
        try {
            return OptionalLong.of(Long.parseLong(Files.readString(path, US_ASCII).strip()));
        } catch (IOException | NumberFormatException e) {
            LOG.debug("no mark", e);
            return OptionalLong.empty();
        }
    }

    /** Without it the database is as good; only what is lost of it would not be noticed. */
    void write(long sequence) {
        try {
            if (channel == null || Files.notExists(path)) {
                if (Files.notExists(path)) {
                    Disk.createPrivate(path);
                }
                channel = FileChannel.open(path, StandardOpenOption.WRITE);
            }
            channel.write(ByteBuffer.wrap(String.format("%0" + DIGITS + "d", sequence).getBytes(US_ASCII)), 0);
        } catch (IOException e) {
            LOG.debug("not marked", e);
        }
    }

    void delete() throws IOException {
        Files.deleteIfExists(path);
    }
}
