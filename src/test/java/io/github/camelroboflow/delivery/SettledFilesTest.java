package io.github.camelroboflow.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

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

class SettledFilesTest {

    @TempDir
    Path folder;

    private Path file(String name, Instant modified) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "x");
        return Files.setLastModifiedTime(file, FileTime.from(modified));
    }

    @Test
    void aFileThatWasChangedLongAgoIsSettledAtOnce() throws IOException {
        assertThat(new SettledFiles(Duration.ofSeconds(2)).isSettled(file("a", Instant.now().minusSeconds(60)))).isTrue();
    }

    @Test
    void aNewFileIsSettledWhenItHasNotChangedForAWhile() throws IOException {
        SettledFiles settled = new SettledFiles(Duration.ofSeconds(2));
        Path file = file("a", Instant.now());

        assertThat(settled.isSettled(file)).isFalse();
        await().until(() -> settled.isSettled(file));
    }

    @Test
    void aFileThatGrowsIsNotSettledEvenIfItsTimeIsOld() throws IOException {
        SettledFiles settled = new SettledFiles(Duration.ofHours(1));
        Instant future = Instant.now().plusSeconds(60);
        Path file = file("a", future);
        assertThat(settled.isSettled(file)).isFalse();

        Files.writeString(file, "more", StandardOpenOption.APPEND);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(7200)));

        assertThat(settled.isSettled(file)).isFalse();
    }

    @Test
    void aFileFromTheFutureIsSettledWhenItHasBeenWatchedLongEnough() throws IOException {
        SettledFiles settled = new SettledFiles(Duration.ofMillis(200));
        Path file = file("a", Instant.now().plusSeconds(3600));

        assertThat(settled.isSettled(file)).isFalse();
        await().until(() -> settled.isSettled(file));
    }

    @Test
    void withoutAWaitEveryFileIsSettled() throws IOException {
        assertThat(new SettledFiles(Duration.ZERO).isSettled(file("a", Instant.now()))).isTrue();
    }

    @Test
    void aFileThatIsGoneIsSaid() {
        assertThatThrownBy(() -> new SettledFiles(Duration.ZERO).isSettled(folder.resolve("gone")))
                .isInstanceOf(NoSuchFileException.class);
    }

    /** A scanner had made it and was about to fill it. */
    @Test
    void anEmptyFileCountedAsCompleteAsSoonAsAnyOther() throws IOException {
        SettledFiles settled = new SettledFiles(Duration.ofSeconds(2));
        Path file = file("a", Instant.now());
        Files.write(file, new byte[0]);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(30)));
        assertThat(settled.isSettled(file)).isFalse();

        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(90)));
        assertThat(new SettledFiles(Duration.ofSeconds(2)).isSettled(file)).isTrue();
        assertThat(new SettledFiles(Duration.ZERO).isSettled(file("b", Instant.now()))).isTrue();
    }
}
