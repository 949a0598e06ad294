package io.github.camelroboflow.delivery.destination;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.camelroboflow.delivery.disk.Disk.Durability;
import io.github.camelroboflow.delivery.disk.FileMark;
import io.github.camelroboflow.delivery.disk.GroupCommit;
import io.github.camelroboflow.delivery.disk.PendingWrites;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A result never replaces another image's result or any other file. */
class FolderFilesTest {

    private static final String ID = "0123456789abcdef0123456789abcdef";
    private static final String OTHER = "fedcba9876543210fedcba9876543210";

    @TempDir
    Path folder;

    private List<Throwable> deliver(Durability durability, String name, String id, String result, boolean copy) {
        FolderFiles files = new FolderFiles(folder, name, id, () -> { });
        if (copy) {
            files.write(new ByteArrayInputStream("picture".getBytes(UTF_8)), "." + id + ".tmp.copy",
                    own -> ImageCopies.ofImage(own, "a.jpg"));
        }
        files.write(new ByteArrayInputStream(result.getBytes(UTF_8)), "." + id + ".tmp", own -> own);
        PendingWrites pendingWrites = new PendingWrites();
        pendingWrites.add(files);
        return new GroupCommit(durability, Runnable::run).commit(pendingWrites).join();
    }

    private void deliver(String name, String id, String result) {
        assertThat(deliver(Durability.POWER, name, id, result, false)).isEmpty();
    }

    private List<String> files() {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).map(file -> folder.relativize(file).toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void aResultAndItsCopyAreThereTogether(Durability durability) {
        assertThat(deliver(durability, "line/a.jpg.json", ID, "one", true)).isEmpty();

        assertThat(files()).containsExactly("line/a.jpg", "line/a.jpg.json");
    }

    @Test
    void theSameImageReplacesItsOwnResult() throws IOException {
        deliver("a.jpg.json", ID, "one");
        assumeTrue(FileMark.read(folder.resolve("a.jpg.json")).isPresent(), "files can't be marked here");
        deliver("a.jpg.json", ID, "two");

        assertThat(files()).containsExactly("a.jpg.json");
        assertThat(folder.resolve("a.jpg.json")).hasContent("two");
    }

    @Test
    void anotherImageOfTheSameNameHasAnotherNameAlsoWhenItComesAgain() {
        deliver("a.jpg.json", ID, "one");
        deliver("a.jpg.json", OTHER, "two");
        deliver("a.jpg.json", OTHER, "three");

        assertThat(files()).containsExactly("a.jpg.json", "a~fedcba98.jpg.json");
        assertThat(folder.resolve("a.jpg.json")).hasContent("one");
        assertThat(folder.resolve("a~fedcba98.jpg.json")).hasContent("three");
    }

    @Test
    void aCopyDoesNotTakeThePlaceOfAnothersEither() throws IOException {
        Files.writeString(folder.resolve("a.jpg"), "somebody's");

        assertThat(deliver(Durability.POWER, "a.jpg.json", ID, "one", true)).isEmpty();

        assertThat(files()).containsExactly("a.jpg", "a~01234567.jpg", "a~01234567.jpg.json");
        assertThat(folder.resolve("a.jpg")).hasContent("somebody's");
    }

    @Test
    void aFolderInThePlaceOfAResultIsAvoided() throws IOException {
        Files.createDirectories(folder.resolve("a.jpg.json"));
        deliver("a.jpg.json", ID, "one");

        assertThat(files()).containsExactly("a~01234567.jpg.json");
    }

    @Test
    void aFileInThePlaceOfASubFolderIsAvoided() throws IOException {
        Files.writeString(folder.resolve("a.jpg"), "a copy of an image");
        deliver("a.jpg/b.jpg.json", ID, "one");
        deliver("a.jpg/c.jpg.json", OTHER, "two");

        assertThat(files()).containsExactly("a.jpg", "a.jpg~folder/b.jpg.json", "a.jpg~folder/c.jpg.json");
    }

    /** A crash after a result was published left its temporary name, and the next attempt wrote into the result. */
    @Test
    void whatACrashLeftIsNotWrittenInto() throws IOException {
        deliver("a.jpg.json", ID, "one");
        Files.createLink(folder.resolve("." + ID + ".tmp"), folder.resolve("a.jpg.json"));
        FolderFiles files = new FolderFiles(folder, "a.jpg.json", ID, () -> { });
        files.write(new ByteArrayInputStream("half".getBytes(UTF_8)), "." + ID + ".tmp", own -> own);

        assertThat(folder.resolve("a.jpg.json")).hasContent("one");
    }

    /** Two programs shared a folder of results, and one replaced the other's result of another image. */
    @Test
    void twoThatWriteTheSameNameAtOnceLoseNothing() {
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        for (int writer = 0; writer < 4; writer++) {
            int first = writer * 100;
            writers.add(CompletableFuture.runAsync(() -> IntStream.range(first, first + 100).forEach(i ->
                    assertThat(deliver(Durability.PROCESS, "a.jpg.json", String.format("%08x-%s", i * 7919, ID), "result " + i,
                            true)).isEmpty())));
        }
        writers.forEach(CompletableFuture::join);

        assertThat(files()).hasSize(800);
        assertThat(files().stream().filter(name -> name.endsWith(".json")).map(name -> {
            try {
                return Files.readString(folder.resolve(name));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        })).hasSize(400).doesNotHaveDuplicates();
    }

    @Test
    void whatFailsLeavesNothingBehind() throws IOException {
        Path inTheWay = Files.writeString(folder.resolve("file"), "");
        FolderFiles files = new FolderFiles(folder, "a.jpg.json", ID, () -> { });
        files.write(new ByteArrayInputStream("one".getBytes(UTF_8)), ".a.tmp", own -> own);
        FolderFiles gone = new FolderFiles(folder, "b.jpg.json", OTHER, () -> { });
        gone.write(new ByteArrayInputStream("two".getBytes(UTF_8)), ".b.tmp", own -> own);
        Files.delete(folder.resolve(".b.tmp"));
        PendingWrites pendingWrites = new PendingWrites();
        pendingWrites.add(gone);
        pendingWrites.add(files);

        assertThat(new GroupCommit(Durability.POWER, Runnable::run).commit(pendingWrites).join()).singleElement()
                .satisfies(error -> assertThat(error).hasMessageContaining(".b.tmp"));
        assertThat(files()).containsExactly("a.jpg.json", inTheWay.getFileName().toString());
    }
}
