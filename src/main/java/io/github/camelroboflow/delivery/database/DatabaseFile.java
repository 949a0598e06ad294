package io.github.camelroboflow.delivery.database;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.camelroboflow.delivery.database.DeliveryDatabase.DatabaseException;
import io.github.camelroboflow.delivery.disk.Disk;
import io.github.camelroboflow.delivery.disk.Durability;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that H2 keeps a database in. H2 takes an empty file for a new database, and of one that was cut off opens an older
 * state, in silence: here such files are refused, with what to do about them.
 */
final class DatabaseFile {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseFile.class);
    private static final String PREFIX = "jdbc:h2:file:";
    private static final String ENDING = ".mv.db";
    /** Between the name of a database that is being made and its ending. */
    private static final String NEW = ".new-";

    /** Its two headers: a file that has less is none of H2's. */
    private static final int SMALLEST = 8192;

    private final String url;
    private final String options;
    private final Path file;
    private final SequenceMark mark;
    private Object opened;

    private DatabaseFile(String url) {
        this.url = url;
        int end = url.indexOf(';');
        options = end < 0 ? "" : url.substring(end);
        String path = (end < 0 ? url : url.substring(0, end)).substring(PREFIX.length());
        file = Path.of(path.replaceFirst("^~", System.getProperty("user.home")) + ENDING).toAbsolutePath().normalize();
        mark = new SequenceMark(base(file) + ".mark");
    }

    /** Empty if the address is that of another kind of database. */
    static Optional<DatabaseFile> of(String url) {
        String plain = url.replaceFirst("^jdbc:h2:(?=[./~])", PREFIX);
        return plain.startsWith(PREFIX) ? Optional.of(new DatabaseFile(plain)) : Optional.empty();
    }

    boolean isThere() {
        return Files.exists(file);
    }

    Path path() {
        return file;
    }

    /** Whether no other process can have it open while we do. */
    boolean isExclusive() {
        return !options.toUpperCase(Locale.ROOT).contains("AUTO_SERVER=TRUE");
    }

    private static String base(Path file) {
        String path = file.toString();
        return path.substring(0, path.length() - ENDING.length());
    }

    /** The address that it is opened by, where it is there. */
    String address(Durability durability) {
        return address(file, durability, "IFEXISTS", "TRUE");
    }

    private String address(Path path, Durability durability, String option, String value) {
        StringBuilder address = new StringBuilder(H2Files.address(PREFIX + base(path), durability == Durability.POWER))
                .append(options);
        // its own log of errors would have statements with addresses in it
        add(address, "TRACE_LEVEL_FILE", "0");
        add(address, option, value);
        return address.toString();
    }

    private static void add(StringBuilder address, String option, String value) {
        if (!address.toString().toUpperCase(Locale.ROOT).contains(";" + option + "=")) {
            address.append(';').append(option).append('=').append(value);
        }
    }

    /**
     * Sees to it that there is a file that can be opened: one that was never there is made.
     *
     * @throws DatabaseException if there is something else in its place, or it vanished while it was open
     */
    void prepare(Durability durability, String user, String password) throws SQLException {
        try {
            if (Files.isDirectory(file)) {
                throw damaged("it is a folder");
            }
            if (Files.exists(file)) {
                if (Files.size(file) < SMALLEST) {
                    throw damaged("it has only " + Files.size(file) + " bytes");
                }
                Disk.restrictToOwner(file);
            } else if (opened != null) {
                throw vanished();
            } else {
                create(durability, user, password);
            }
        } catch (IOException e) {
            throw new DatabaseException("the database " + file + " can't be used: " + e, e);
        }
    }

    /** Under another name first, so that one which is there is whole. */
    private void create(Durability durability, String user, String password) throws IOException, SQLException {
        Disk.createFolder(file.getParent());
        deleteUnfinished();
        Path made = Path.of(base(file) + NEW + UUID.randomUUID().toString().substring(0, 8) + ENDING);
        String address = address(made, durability, "IFEXISTS", "FALSE");
        try (Connection connection = user.isEmpty() ? DriverManager.getConnection(address)
                : DriverManager.getConnection(address, user, password); Statement statement = connection.createStatement()) {
            statement.execute("shutdown");
        }
        try {
            Disk.rename(made, file);
        } catch (FileAlreadyExistsException | NoSuchFileException e) {
            LOG.debug("another program made it", e);
            Files.deleteIfExists(made);
            return;
        }
        if (durability == Durability.POWER) {
            Disk.forceFolder(file.getParent());
        }
        if (mark.read().isPresent()) {
            LOG.warn("The database {} was not there any more: an empty one was made, and what waited in the other to be sent is"
                    + " not sent. Have its images in the folder done sent again by moving them into the inbox", file);
            mark.delete();
        } else {
            LOG.info("Made the database {}", file);
        }
    }

    private void deleteUnfinished() throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(file.getParent(),
                path -> path.toString().startsWith(base(file) + NEW))) {
            for (Path path : left) {
                Files.deleteIfExists(path);
            }
        }
    }

    /**
     * Notes that it is open.
     *
     * @param sequence how many groups of changes it has seen
     * @throws DatabaseException if it had seen more before
     */
    void opened(long sequence) {
        long before = mark.read().orElse(0);
        if (sequence < before) {
            throw damaged("it holds an older state than it did, as after a part of it was cut off or overwritten"
                    + " (to go on with an older copy all the same, delete " + mark.path() + ")");
        }
        opened = key();
    }

    /** Notes how many groups of changes it has seen. */
    void changed(long sequence) {
        mark.write(sequence);
    }

    /** @throws DatabaseException if what is written into it would be lost, since it is not there any more */
    void requireUnchanged() {
        if (opened != null && !Objects.equals(opened, key())) {
            throw vanished();
        }
    }

    private Object key() {
        try {
            Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
            return key == null ? "there" : key;
        } catch (IOException e) {
            return "gone";
        }
    }

    /** Tells what to do where it is not what it was. */
    DatabaseException vanished() {
        return new DatabaseException("the database " + file + (isThere() ? " was replaced by another file" : " vanished")
                + " while it was in use, so nothing is put into it: put it back, or, when what waits in it was sent, stop the"
                + " program, and its next start makes an empty one", null);
    }

    /** Tells what to do about a file that can't be read. */
    DatabaseException damaged(String reason) {
        return new DatabaseException("the database " + file + " is damaged: " + reason + ". Put a copy of it back; or stop the"
                + " program and move that away, and the next start makes an empty one. Lost with it is what waited to be sent:"
                + " the images of that are in the folder done, and are sent again if you move them into the inbox; what was given"
                + " up is in the folder outbox.refused, and -Droutes=replay sends it again", null);
    }

    @Override
    public String toString() {
        return url;
    }

    /**
     * How far a database had come, in a small file beside it. It is written after the database, and never forced: it may be behind,
     * but a database that is behind it has lost something.
     */
    static final class SequenceMark {

        private static final Logger LOG = LoggerFactory.getLogger(SequenceMark.class);
        private static final int DIGITS = 19;

        private final Path path;
        private FileChannel channel;

        SequenceMark(String path) {
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
}
