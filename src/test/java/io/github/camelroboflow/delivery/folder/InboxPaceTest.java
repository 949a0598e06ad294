package io.github.camelroboflow.delivery.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.delivery.folder.InboxFiles.StableFiles;
import io.github.camelroboflow.delivery.folder.InboxPace.FolderWatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Each scan of these inboxes takes the processor time that the test sets; an hour means the longest rest. */
class InboxPaceTest {

    private static final Duration LONG = Duration.ofHours(1);

    @TempDir
    Path inbox;

    private final AtomicLong clock = new AtomicLong();
    private final StableFiles stableFiles = new StableFiles(Duration.ofMillis(300));
    private Duration scanTime = Duration.ZERO;
    private InboxPace pace;

    private InboxPace pace(InboxPace.WatchOpener opener) {
        return new InboxPace(inbox, stableFiles, () -> clock.getAndAdd(scanTime.toNanos()), opener);
    }

    @BeforeEach
    void open() {
        pace = pace(FolderWatch::open);
    }

    @AfterEach
    void close() {
        pace.close();
    }

    /** Gives the pace a turn. Returns whether it was used for a scan, which lists all folders and takes no image. */
    private boolean scans() throws IOException {
        if (!pace.begin(null, null)) {
            return false;
        }
        try (Stream<Path> all = Files.walk(inbox)) {
            for (Path folder : all.filter(path -> Files.isDirectory(path) && !path.equals(inbox)).toList()) {
                pace.listsFolder(folder, InboxFolders.attributes(folder));
            }
        }
        pace.commit(null, null, 0);
        return true;
    }

    /** Has the folders watched that there are, and all that came until then scanned. */
    private void scanAll() throws IOException {
        scanTime = LONG;
        await().until(() -> {
            pace.runPeriodicTasks();
            return !scans();
        });
    }

    @Test
    void theRestGrowsWithTheScanUpToALimit() {
        assertThat(InboxPace.rest(0, true)).isZero();
        assertThat(InboxPace.rest(Duration.ofMillis(10).toNanos(), true)).isEqualTo(Duration.ofMillis(790));
        assertThat(InboxPace.rest(LONG.toNanos(), true)).isEqualTo(Duration.ofMinutes(1));
        assertThat(InboxPace.rest(LONG.toNanos(), false)).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void aSmallInboxIsScannedAtEachTurn() throws IOException {
        for (int turn = 0; turn < 100; turn++) {
            assertThat(scans()).isTrue();
        }
    }

    @Test
    void theFirstScanIsNoMeasure() throws IOException {
        scanTime = LONG;
        assertThat(scans()).isTrue();
        scanTime = Duration.ZERO;
        assertThat(scans()).isTrue();
        assertThat(scans()).isTrue();
    }

    /** An inbox of 20,000 empty folders took half a core. */
    @Test
    void anInboxInWhichNothingCameWasScannedAtEachTurn() throws IOException {
        scanAll();

        for (int turn = 0; turn < 100; turn++) {
            assertThat(scans()).isFalse();
        }
    }

    @Test
    void whatIsWokenScansOnce() throws IOException {
        scanAll();

        pace.wake();

        assertThat(scans()).isTrue();
        assertThat(scans()).isFalse();
    }

    @Test
    void imagesThatWereTakenOrCouldNotBeTakenYetAllowNoRest() throws IOException {
        scanAll();
        pace.wake();
        assertThat(pace.begin(null, null)).isTrue();
        pace.commit(null, null, 1);
        assertThat(pace.begin(null, null)).isTrue();
        pace.foundImage();
        pace.commit(null, null, 0);
        assertThat(pace.begin(null, null)).isTrue();
        pace.lookAgainAt(System.nanoTime());
        pace.commit(null, null, 0);

        assertThat(pace.begin(null, null)).isTrue();
        pace.commit(null, null, 0);
        assertThat(pace.begin(null, null)).isFalse();
    }

    @Test
    void aFileThatIsCompleteEndsTheRest() throws IOException {
        Path file = Files.writeString(inbox.resolve("a.jpg"), "one");
        scanAll();
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(3600)));
        assertThat(stableFiles.isStable(file)).isFalse();

        await().until(this::scans);
        assertThat(stableFiles.isStable(file)).isTrue();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFileInAnyFolderEndsTheRest() throws IOException {
        List<Path> folders = List.of(inbox, Files.createDirectories(inbox.resolve("a/b/c")), inbox.resolve("a/b"));
        scanAll();
        for (Path folder : folders) {
            Files.writeString(folder.resolve("a.jpg"), "one");

            await().until(this::scans);
            scanAll();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void foldersThatComeLaterAreWatchedToo() throws IOException {
        scanAll();
        Path later = Files.createDirectories(inbox.resolve("later/deeper"));
        await().until(this::scans);
        scanAll();

        Files.writeString(later.resolve("a.jpg"), "one");

        await().until(this::scans);
    }

    /** The watch of the first folder was taken for that of the second, as their paths are equal. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aFolderInThePlaceOfARenamedOneIsWatchedToo() throws IOException {
        Path today = Files.createDirectories(inbox.resolve("today"));
        scanAll();
        Files.move(today, inbox.resolve("yesterday"));
        Files.createDirectories(today);
        await().until(this::scans);
        scanAll();

        for (String folder : List.of("today", "yesterday")) {
            Files.writeString(inbox.resolve(folder + "/a.jpg"), "one");
            await().until(this::scans);
            scanAll();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFolderInThePlaceOfADeletedOneIsWatchedToo() throws IOException {
        Path folder = Files.createDirectories(inbox.resolve("a"));
        scanAll();
        for (int i = 0; i < 5; i++) {
            Files.delete(folder);
            Files.createDirectories(folder);
            await().until(this::scans);
            scanAll();
        }

        Files.writeString(folder.resolve("a.jpg"), "one");

        await().until(this::scans);
    }

    /** The system and Java drop reports if there are too many. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aFolderWhoseReportsWereDroppedIsWatchedOn() throws IOException {
        Path folder = Files.createDirectories(inbox.resolve("a"));
        scanAll();
        for (int i = 0; i < 2000; i++) {
            Files.createFile(folder.resolve(i + ".txt"));
        }
        await().until(this::scans);
        scanAll();

        Files.writeString(folder.resolve("a.jpg"), "one");

        await().until(this::scans);
    }

    @Test
    void withoutReportsTheInboxIsScannedAfterAShorterRest() throws IOException {
        AtomicInteger tries = new AtomicInteger();
        pace = pace(folder -> {
            tries.incrementAndGet();
            throw new IOException("User limit of inotify instances reached");
        });
        for (int time = 0; time < 3; time++) {
            scanAll();
            pace.wake();
        }

        assertThat(tries).as("one line in the log").hasValue(1);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void nothingIsWatchedAfterAStop() throws IOException {
        scanAll();
        pace.close();
        Files.writeString(inbox.resolve("a.jpg"), "one");

        assertThat(scans()).isFalse();
        pace.wake();
        assertThat(scans()).isTrue();
        assertThat(scans()).isFalse();
    }
}
