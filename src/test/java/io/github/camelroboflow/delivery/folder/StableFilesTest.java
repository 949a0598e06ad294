package io.github.camelroboflow.delivery.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.delivery.folder.InboxFiles.StableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StableFilesTest {

    @TempDir
    Path folder;

    private Path file(String name, Instant modified) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "x");
        return Files.setLastModifiedTime(file, FileTime.from(modified));
    }

    @Test
    void aFileThatWasChangedLongAgoIsSettledAtOnce() throws IOException {
        assertThat(new StableFiles(Duration.ofSeconds(2)).isStable(file("a", Instant.now().minusSeconds(60)))).isTrue();
    }

    @Test
    void aNewFileIsSettledWhenItHasNotChangedForAWhile() throws IOException {
        StableFiles settled = new StableFiles(Duration.ofSeconds(2));
        Path file = file("a", Instant.now());

        assertThat(settled.isStable(file)).isFalse();
        await().until(() -> settled.isStable(file));
    }

    @Test
    void aFileThatGrowsIsNotSettledEvenIfItsTimeIsOld() throws IOException {
        StableFiles settled = new StableFiles(Duration.ofHours(1));
        Instant future = Instant.now().plusSeconds(60);
        Path file = file("a", future);
        assertThat(settled.isStable(file)).isFalse();

        Files.writeString(file, "more", StandardOpenOption.APPEND);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(7200)));

        assertThat(settled.isStable(file)).isFalse();
    }

    @Test
    void aFileFromTheFutureIsSettledWhenItHasBeenWatchedLongEnough() throws IOException {
        StableFiles settled = new StableFiles(Duration.ofMillis(200));
        Path file = file("a", Instant.now().plusSeconds(3600));

        assertThat(settled.isStable(file)).isFalse();
        await().until(() -> settled.isStable(file));
    }

    @Test
    void withoutAWaitEveryFileIsSettled() throws IOException {
        assertThat(new StableFiles(Duration.ZERO).isStable(file("a", Instant.now()))).isTrue();
    }

    @Test
    void aFileThatIsGoneIsSaid() {
        assertThatThrownBy(() -> new StableFiles(Duration.ZERO).isStable(folder.resolve("gone")))
                .isInstanceOf(NoSuchFileException.class);
    }

    /** A scanner had created it and was about to fill it. */
    @Test
    void anEmptyFileCountedAsCompleteAsSoonAsAnyOther() throws IOException {
        StableFiles settled = new StableFiles(Duration.ofSeconds(2));
        Path file = file("a", Instant.now());
        Files.write(file, new byte[0]);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(30)));
        assertThat(settled.isStable(file)).isFalse();

        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(90)));
        assertThat(new StableFiles(Duration.ofSeconds(2)).isStable(file)).isTrue();
        assertThat(new StableFiles(Duration.ZERO).isStable(file("b", Instant.now()))).isTrue();
    }
}
