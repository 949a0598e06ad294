package io.github.camelroboflow.delivery.folder;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.delivery.folder.Retention.Limit;
import io.github.camelroboflow.delivery.folder.Retention.RetentionSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration FOREVER = Duration.ZERO;

    @TempDir
    Path data;

    private Path write(String name, int bytes, Duration age) throws IOException {
        Path file = data.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[bytes]);
        Files.setLastModifiedTime(file, FileTime.from(NOW.minus(age)));
        return file;
    }

    private void keep(Duration keepFor, long keepSize, String... others) {
        keep("done", keepFor, keepSize, (file, attributes) -> attributes.lastModifiedTime(), others);
    }

    private void keep(String folder, Duration keepFor, long keepSize, Retention.FileTimes times, String... others) {
        Limit limit = new Limit(folder, data.resolve(folder), keepFor, keepSize);
        new Retention(new RetentionSettings(List.of(limit), List.of(others).stream().map(data::resolve).toList()), () -> NOW,
                times).removeOld();
    }

    @Test
    void filesOlderThanTheAgeAreRemoved() throws IOException {
        Path old = write("done/line 1/a.jpg", 10, Duration.ofDays(31));
        Path recent = write("done/line 1/b.jpg", 10, Duration.ofDays(29));

        keep(Duration.ofDays(30), Long.MAX_VALUE);

        assertThat(old).doesNotExist();
        assertThat(recent).exists();
    }

    @Test
    void theOldestAreRemovedUntilTheRestIsSmallEnough() throws IOException {
        Path oldest = write("done/a.jpg", 400, Duration.ofDays(3));
        Path old = write("done/b.jpg", 400, Duration.ofDays(2));
        Path recent = write("done/c.jpg", 400, Duration.ofDays(1));

        keep(FOREVER, 900);

        assertThat(oldest).doesNotExist();
        assertThat(old).exists();
        assertThat(recent).exists();
    }

    /** A result under its temporary name, or a report whose image follows, must stay. */
    @Test
    void filesThatMayBeInWorkStayEvenIfTheyAreTooLarge() throws IOException {
        Path recent = write("done/a.jpg", 400, Duration.ofMinutes(9));
        Path old = write("done/b.jpg", 400, Duration.ofMinutes(12));

        keep(FOREVER, 1);

        assertThat(recent).exists();
        assertThat(old).doesNotExist();
    }

    @Test
    void aFileThatIsRenamedMeanwhileDoesNotKeepTheOthers() throws IOException {
        List<Path> files = List.of(write("done/a.jpg", 10, Duration.ofDays(31)), write("done/b.jpg", 10, Duration.ofDays(31)));
        AtomicInteger visits = new AtomicInteger();

        keep("done", Duration.ofDays(30), Long.MAX_VALUE, (file, attributes) -> {
            if (visits.incrementAndGet() == 1) {
                throw new NoSuchFileException(file.toString());
            }
            return attributes.lastModifiedTime();
        });

        assertThat(files).filteredOn(Files::exists).hasSize(1);
    }

    /** The program calls it again an hour later, unless it throws something. */
    @Test
    void anErrorInOneFolderDoesNotKeepTheOthers() throws IOException {
        write("done/a.jpg", 10, Duration.ofDays(31));
        Path other = write("results/a.jpg.json", 10, Duration.ofDays(31));
        List<Limit> limits = List.of(new Limit("done", data.resolve("done"), Duration.ofDays(30), Long.MAX_VALUE),
                new Limit("results", data.resolve("results"), Duration.ofDays(30), Long.MAX_VALUE));

        new Retention(new RetentionSettings(limits, List.of()), () -> NOW, (file, attributes) -> {
            if (file.endsWith("a.jpg")) {
                throw new OutOfMemoryError("x");
            }
            return attributes.lastModifiedTime();
        }).removeOld();

        assertThat(other).doesNotExist();
    }

    @Test
    void aFolderIsKnownByEachOfItsNames() throws IOException {
        Path old = write("disk/results/a.jpg.json", 10, Duration.ofDays(31));
        Path inbox = write("disk/results/inbox/b.jpg", 10, Duration.ofDays(31));
        Files.createSymbolicLink(data.resolve("results"), data.resolve("disk/results"));

        keep("results", Duration.ofDays(30), Long.MAX_VALUE, (file, attributes) -> attributes.lastModifiedTime(),
                "results/inbox");

        assertThat(old).doesNotExist();
        assertThat(inbox).exists();
    }

    @Test
    void nothingIsRemovedWithoutLimits() throws IOException {
        Path old = write("done/a.jpg", 400, Duration.ofDays(3000));

        keep(FOREVER, Long.MAX_VALUE);

        assertThat(old).exists();
    }

    @Test
    void aReportStaysAsLongAsItsImage() throws IOException {
        Path image = write("done/a.jpg", 10, Duration.ofDays(29));
        Path report = write("done/a.jpg.error.json", 10, Duration.ofDays(31));
        Path oldImage = write("done/b.jpg", 10, Duration.ofDays(31));
        Path itsReport = write("done/b.jpg.error.json", 10, Duration.ofDays(29));

        keep(Duration.ofDays(30), Long.MAX_VALUE);

        assertThat(List.of(image, report)).allSatisfy(file -> assertThat(file).exists());
        assertThat(List.of(oldImage, itsReport)).allSatisfy(file -> assertThat(file).doesNotExist());
    }

    @Test
    void otherFoldersOfTheProgramAndLinksAreLeftAlone() throws IOException {
        Path inbox = write("done/inbox/a.jpg", 10, Duration.ofDays(31));
        Path outside = write("elsewhere/a.jpg", 10, Duration.ofDays(31));
        Path link = Files.createSymbolicLink(data.resolve("done/link"), outside.getParent());

        keep(Duration.ofDays(30), Long.MAX_VALUE, "done/inbox");

        assertThat(List.of(inbox, outside)).allSatisfy(file -> assertThat(file).exists());
        assertThat(link).isSymbolicLink();
    }

    @Test
    void subFoldersThatAreEmptyForLongAreRemoved() throws IOException {
        Path old = Files.createDirectories(data.resolve("done/2026/01"));
        Path recent = Files.createDirectories(data.resolve("done/2026/03"));
        Files.setLastModifiedTime(old, FileTime.from(NOW.minus(Duration.ofDays(31))));
        Files.setLastModifiedTime(recent, FileTime.from(NOW));

        keep(Duration.ofDays(30), Long.MAX_VALUE);

        assertThat(old).doesNotExist();
        assertThat(recent).exists();
        assertThat(data.resolve("done")).exists();
    }
}
