package io.github.camelroboflow.delivery.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.LogLines;
import io.github.camelroboflow.delivery.database.DeliveryDatabase.DatabaseException;
import io.github.camelroboflow.delivery.database.DeliveryDatabase.DatabaseSettings;
import io.github.camelroboflow.delivery.disk.Disk.Durability;
import io.github.camelroboflow.delivery.disk.PendingWrites;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An unusable database is never replaced silently; the operator learns what to do. */
class DatabaseFileIT {

    private static final int ROWS = 200;

    @TempDir
    Path data;
    @RegisterExtension
    final LogLines log = new LogLines();

    private Path file() {
        return data.resolve("delivery.mv.db");
    }

    private Opened open(String durability) {
        return new Opened(durability);
    }

    /** The stop held a lock for which a flush waited, and took 20 seconds. */
    @Test
    void aStopWaitsForAFlushThatHasJustBegunAndNotTheOtherWayRound() {
        for (int i = 0; i < 10; i++) {
            try (Opened opened = open("power")) {
                opened.insert("id" + i);
                opened.database.flushSoon();
            }
            assertThat(log.with("Forcing shutdown")).noneMatch(line -> line.contains("roboflow-flush"));
        }
    }

    /** A database in its own context. */
    private final class Opened implements AutoCloseable {

        private final CamelContext context = new DefaultCamelContext();
        private final DeliveryDatabase database;

        Opened(String durability) {
            database = new DeliveryDatabase(new DatabaseSettings("jdbc:h2:file:" + data.resolve("delivery"), "", "",
                    Durability.valueOf(durability.toUpperCase(Locale.ROOT))));
            database.setCamelContext(context);
            context.start();
        }

        void put(String id) {
            PendingWrites.Store opening = database.opening();
            insert(id);
            opening.flush();
        }

        void insert(String id) {
            database.execute(jdbc -> jdbc.update("insert into delivery_destination (id, uri, credentials) values (?, ?, '')", id,
                    "http://localhost/".repeat(100)));
        }

        int count() {
            return database.execute(jdbc -> jdbc.queryForObject("select count(*) from delivery_destination", Integer.class));
        }

        @Override
        public void close() {
            context.stop();
        }
    }

    private void fill() {
        try (Opened opened = open("power")) {
            for (int i = 0; i < ROWS; i++) {
                opened.put("row " + i);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"power", "process"})
    void whatWasPutIntoItIsThereAfterARestart(String durability) {
        try (Opened opened = open(durability)) {
            opened.put("one");
        }
        try (Opened opened = open(durability)) {
            assertThat(opened.count()).isEqualTo(1);
        }
    }

    /**
     * A full disk closed the file. The flush of the next image opened it again, and the rows of the image before counted as safe
     * too.
     */
    @ParameterizedTest
    @ValueSource(strings = {"power", "process"})
    void rowsThatWentWithAClosedFileCountedAsSafe(String durability) {
        try (Opened opened = open(durability)) {
            opened.put("safe");
            PendingWrites.Store before = opened.database.opening();
            opened.insert("lost");
            catchThrowable(() -> opened.database.execute(jdbc -> jdbc.update("shutdown immediately")));

            for (int image = 0; image < 3; image++) {
                assertThatThrownBy(before::flush).isInstanceOf(DatabaseException.class);
            }
            await().ignoreExceptions().untilAsserted(() -> opened.put("next"));
            assertThat(opened.count()).isBetween(2, 3);
        }
    }

    /** H2 opened an empty database or an older state without a message. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.0005, 0.01, 0.25, 0.5, 0.75, 0.9})
    void whatWasCutOffIsNotUsed(double share) throws IOException {
        fill();
        try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
            channel.truncate((long) (channel.size() * share));
        }

        if (!isWhole()) {
            assertIsDamaged();
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 1, true", "0, 0.1, false", "0.3, 0.6, false", "0, 0.9, false"})
    void whatWasOverwrittenIsNotUsed(double from, double to, boolean withNoise) throws IOException {
        fill();
        try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
            byte[] other = new byte[(int) (channel.size() * (to - from))];
            if (withNoise) {
                new Random(1).nextBytes(other);
            }
            channel.write(ByteBuffer.wrap(other), (long) (channel.size() * from));
        }

        try (Opened opened = open("power")) {
            assertThat(Files.size(file())).isPositive();
            // the overwritten part may be one that is not in use any more
            if (assertionOrCount(opened) != ROWS) {
                throw new AssertionError("it lost rows and was used");
            }
        }
    }

    private static int assertionOrCount(Opened opened) {
        try {
            return opened.count();
        } catch (DatabaseException e) {
            assertThat(e).hasMessageContaining("is damaged").hasMessageContaining("move");
            return ROWS;
        }
    }

    /** H2 closed the database by a hook of its own at SIGTERM, before the images in flight were finished. */
    @Test
    void theDatabaseWasClosedWhileTheProgramStopped() {
        assertThat(DatabaseFile.of("jdbc:h2:file:" + data.resolve("delivery")).orElseThrow().address(Durability.POWER))
                .endsWith(";DB_CLOSE_ON_EXIT=FALSE;IFEXISTS=TRUE");
    }

    @Test
    void aDatabaseThatProgramsShareDidNotOpen() throws SQLException {
        String url = DatabaseFile.of("jdbc:h2:file:" + data.resolve("shared") + ";AUTO_SERVER=TRUE").orElseThrow()
                .address(Durability.POWER).replace("IFEXISTS=TRUE", "IFEXISTS=FALSE");

        DriverManager.getConnection(url).close();

        assertThat(data.resolve("shared.mv.db")).exists();
    }

    @Test
    void aFolderInItsPlaceIsTold() throws IOException {
        Files.createDirectories(file());

        assertIsDamaged();
    }

    /** Returns whether the file still holds all rows: a part at its end may be unused. */
    private boolean isWhole() {
        try (Opened opened = open("power")) {
            return opened.count() == ROWS;
        } catch (DatabaseException e) {
            return false;
        }
    }

    private void assertIsDamaged() throws IOException {
        try (Opened opened = open("power")) {
            assertThatThrownBy(opened::count).isInstanceOf(DatabaseException.class).hasMessageContaining("is damaged")
                    .hasMessageContaining(file().toString()).hasMessageContaining("move the file away")
                    .hasMessageContaining("move their images from the folder done into the inbox")
                    .hasMessageNotContaining("recovery tool");
        }
        Files.move(file(), data.resolve("damaged"));
        try (Opened opened = open("power")) {
            assertThat(opened.count()).isZero();
        }
    }

    /** Rows that were written afterwards were lost at the next start. */
    @ParameterizedTest
    @CsvSource({"false", "true"})
    @DisabledOnOs(OS.WINDOWS)
    void nothingIsPutIntoAFileThatVanishedOrWasReplaced(boolean replaced) throws IOException {
        try (Opened opened = open("power")) {
            opened.put("one");
            Files.move(file(), data.resolve("elsewhere"));
            if (replaced) {
                Files.copy(data.resolve("elsewhere"), file());
            }

            assertThatThrownBy(() -> opened.put("two")).isInstanceOf(DatabaseException.class)
                    .hasMessageContaining(replaced ? "replaced" : "vanished").hasMessageContaining("put it back");

            Files.deleteIfExists(file());
            Files.move(data.resolve("elsewhere"), file());
            opened.put("three");
            assertThat(opened.count()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"power", "process"})
    @DisabledOnOs(OS.WINDOWS)
    void nobodyElseMayReadIt(String durability) throws IOException {
        try (Opened opened = open(durability)) {
            opened.put("one");
            assertIsPrivate();
        }
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
        try (Opened opened = open(durability)) {
            opened.put("two");
            assertIsPrivate();
        }
    }

    private void assertIsPrivate() throws IOException {
        try (Stream<Path> files = Files.list(data)) {
            for (Path path : files.toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).as(path.toString())
                        .isEqualTo("rw-------");
            }
        }
    }
}
