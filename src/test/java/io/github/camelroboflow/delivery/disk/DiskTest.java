package io.github.camelroboflow.delivery.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.Own;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the number of a file's names is not known there")
class DiskTest {

    private static final int RACES = 300;

    @TempDir
    Path folder;

    private Path file(String name) throws IOException {
        return Files.writeString(folder.resolve(name), name);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aRenamedFileHasItsNewNameAlone() throws IOException {
        Disk.rename(file("a"), folder.resolve("b"));

        assertThat(names()).containsExactly("b");
        assertThat(folder.resolve("b")).hasContent("a");
    }

    @Test
    void noFileIsReplaced() throws IOException {
        Path file = file("a");
        Path other = file("b");

        assertThatThrownBy(() -> Disk.rename(file, other)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(names()).containsExactly("a", "b");
        assertThat(other).hasContent("b");
    }

    @Test
    void aRenameThatAProgramWasKilledInIsCompleted() throws IOException {
        Path file = file("a");
        Path named = Files.createLink(folder.resolve("b"), file);

        Disk.rename(file, named);

        assertThat(names()).containsExactly("b");
        assertThat(named).hasContent("a");
    }

    @Test
    void aFileIsNeverDeletedByARenameToItsOwnName() throws IOException {
        Path file = file("a");

        assertThatThrownBy(() -> Disk.rename(file, folder.resolve("../" + folder.getFileName() + "/a")))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file).hasContent("a");
    }

    @Test
    void ofSeveralProgramsThatRenameAFileAtATimeOneSucceeds() throws IOException {
        for (int race = 0; race < RACES; race++) {
            Path file = file("a");
            List<CompletableFuture<Boolean>> renames = IntStream.range(0, 2).mapToObj(program -> CompletableFuture.supplyAsync(
                    () -> isRenamed(file, folder.resolve("b" + program)), Own.THREAD)).toList();

            assertThat(renames.stream().filter(CompletableFuture::join)).hasSize(1);
            assertThat(names()).hasSize(1);
            Path renamed = folder.resolve(names().get(0));
            assertThat(renamed).hasContent("a");
            Files.delete(renamed);
        }
    }

    private static boolean isRenamed(Path from, Path to) {
        try {
            Disk.rename(from, to);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
