package io.github.camelroboflow.delivery.database;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.camelroboflow.delivery.database.DeliveryDatabase.DatabaseException;
import io.github.camelroboflow.delivery.disk.Disk;
import io.github.camelroboflow.delivery.disk.Disk.Durability;
import io.github.camelroboflow.inference.support.Advice;
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
 * The file of an H2 database. H2 takes an empty file for a new database, and opens a truncated file in an older state, without a
 * message. This class refuses such files and says what to do.
 */
final class DatabaseFile {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseFile.class);
    private static final String PREFIX = "jdbc:h2:file:";
    private static final String SUFFIX = ".mv.db";
    /** Separates the name of a database from its suffix while it is being created. */
    private static final String NEW = ".new-";

    /** The size of H2's two headers: a smaller file is not a database. */
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
        file = Path.of(path.replaceFirst("^~", System.getProperty("user.home")) + SUFFIX).toAbsolutePath().normalize();
        mark = new SequenceMark(base(file) + ".mark");
    }

    /** Returns the file of a JDBC address. Empty if the address is for another kind of database. */
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

    /** Returns whether no other process can open the file while this one has it open. */
    boolean isExclusive() {
        return !options.toUpperCase(Locale.ROOT).contains("AUTO_SERVER=TRUE");
    }

    private static String base(Path file) {
        String path = file.toString();
        return path.substring(0, path.length() - SUFFIX.length());
    }

    /** Returns the address that opens an existing file. */
    String address(Durability durability) {
        return address(file, durability, "IFEXISTS", "TRUE");
    }

    private String address(Path path, Durability durability, String option, String value) {
        StringBuilder address = new StringBuilder(H2Files.address(PREFIX + base(path), durability == Durability.POWER))
                .append(options);
        // H2's error log would hold statements with addresses
        add(address, "TRACE_LEVEL_FILE", "0");
        if (isExclusive()) {
            // else H2 closes the database as soon as the JVM is told to stop, while images are still finished; the pool closes it
            // later. H2 refuses this together with AUTO_SERVER
            add(address, "DB_CLOSE_ON_EXIT", "FALSE");
        }
        add(address, option, value);
        return address.toString();
    }

    private static void add(StringBuilder address, String option, String value) {
        if (!address.toString().toUpperCase(Locale.ROOT).contains(";" + option + "=")) {
            address.append(';').append(option).append('=').append(value);
        }
    }

    /**
     * Makes sure that the file can be opened. Creates it if it never existed.
     *
     * @throws DatabaseException if something else has its name, or it vanished while it was open
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

    /** Creates the database under a temporary name first, so that a file with the final name is always complete. */
    private void create(Durability durability, String user, String password) throws IOException, SQLException {
        Disk.createFolder(file.getParent());
        deleteUnfinished();
        Path created = Path.of(base(file) + NEW + UUID.randomUUID().toString().substring(0, 8) + SUFFIX);
        String address = address(created, durability, "IFEXISTS", "FALSE");
        try (Connection connection = user.isEmpty() ? DriverManager.getConnection(address)
                : DriverManager.getConnection(address, user, password); Statement statement = connection.createStatement()) {
            statement.execute("shutdown");
        }
        try {
            Disk.rename(created, file);
        } catch (FileAlreadyExistsException | NoSuchFileException e) {
            LOG.debug("another program created it", e);
            Files.deleteIfExists(created);
            return;
        }
        if (durability == Durability.POWER) {
            Disk.forceFolder(file.getParent());
        }
        if (mark.read().isPresent()) {
            LOG.warn("The database {} was missing, and an empty one was created: the results that waited in the old one are"
                    + " lost. To send them again, move their images from the folder done into the inbox", file);
            mark.delete();
        } else {
            LOG.info("Created the database {}", file);
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
     * Records that the database is open.
     *
     * @param sequence the number of groups of changes that it holds
     * @throws DatabaseException if it held more before
     */
    void opened(long sequence) {
        long before = mark.read().orElse(0);
        if (sequence < before) {
            throw damaged("it holds an older state than before: a part of it was cut off or overwritten"
                    + " (to use this older state nevertheless, delete " + mark.path() + ")");
        }
        opened = key();
    }

    /** Records the number of groups of changes that the database holds. */
    void changed(long sequence) {
        mark.write(sequence);
    }

    /** @throws DatabaseException if the file is gone or replaced, so that every write would be lost */
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

    /** Returns an exception that says what to do when the file vanished or was replaced. */
    DatabaseException vanished() {
        return new DatabaseException("the database " + file + (isThere() ? " was replaced by another file" : " vanished")
                + " while it was in use, so nothing is written to it: put it back. If its results were sent, stop the"
                + " program instead: the next start creates an empty database", null);
    }

    /** Returns an exception that says what to do about a damaged file. */
    DatabaseException damaged(String reason) {
        return new DatabaseException("the database " + file + " is damaged: " + reason + ". Put back a copy of it, or stop the"
                + " program and move the file away: the next start creates an empty database. The results that waited are lost"
                + " then: move their images from the folder done into the inbox to send them again." + Advice.choose(" Results that"
                + " were given up are in the folder outbox.refused: -Droutes=replay sends them again", ""), null);
    }

    @Override
    public String toString() {
        return url;
    }

    /**
     * The sequence number of a database, in a small file beside it. It is written after the database and never forced. So it may be
     * behind the database, but a database that is behind its mark has lost changes.
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

        /** Returns the sequence number. Empty if there is none, or it can't be read. */
        OptionalLong read() {
            try {
                return OptionalLong.of(Long.parseLong(Files.readString(path, US_ASCII).strip()));
            } catch (IOException | NumberFormatException e) {
                LOG.debug("no mark", e);
                return OptionalLong.empty();
            }
        }

        /** Writes the sequence number. A failure is harmless: only a later loss would not be noticed. */
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
