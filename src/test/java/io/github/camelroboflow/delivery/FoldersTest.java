package io.github.camelroboflow.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FoldersTest {

    @TempDir
    Path data;
    private Folders folders;

    @BeforeEach
    void open() throws IOException {
        folders = newFolders();
        folders.open();
    }

    @AfterEach
    void close() throws IOException {
        folders.close();
    }

    private Folders newFolders() {
        return new Folders(data.resolve("inbox"), data.resolve("work"), data.resolve("done"), data.resolve("failed"),
                DoneFiles.named(null));
    }

    private Path drop(String name, String content) throws IOException {
        Path file = data.resolve("inbox").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_000_123L));
    }

    private TakenImage take(String name, String content) throws IOException {
        return folders.take(drop(name, content)).orElseThrow();
    }

    /** Every file but the lock, as path=content. */
    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(Files::isRegularFile).filter(file -> !file.endsWith(".lock"))
                    .map(file -> data.relativize(file) + "=" + read(file)).sorted().toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aTakenImageIsInWorkAlone() throws IOException {
        TakenImage image = take("sub/a.jpg", "one");

        assertThat(image.original()).isEqualTo("sub/a.jpg");
        assertThat(image.name()).isEqualTo("sub/a.jpg");
        assertThat(files()).hasSize(1).allMatch(file -> file.startsWith("work/") && file.endsWith("/sub/a.jpg=one"));
    }

    @Test
    void aDoneImageKeepsItsSubFolderAndLeavesNothingInWork() throws IOException {
        folders.complete(take("sub/a.jpg", "one"));
        folders.close();

        assertThat(files()).containsExactly("done/sub/a.jpg=one");
        assertThat(data.resolve("work")).isDirectoryNotContaining(path -> Files.isDirectory(path));
    }

    @Test
    void anotherImageOfADoneOnesNameIsFiledUnderItsTime() throws IOException {
        folders.complete(take("a.jpg", "one"));
        TakenImage second = take("a.jpg", "two");
        folders.complete(second);
        folders.complete(take("a.jpg", "three"));

        assertThat(second.name()).isEqualTo("a~20231114T221320.123.jpg");
        assertThat(files()).containsExactly("done/a.jpg=one", "done/a~20231114T221320.123-2.jpg=three",
                "done/a~20231114T221320.123.jpg=two");
    }

    @Test
    void whatCameToDoneMeanwhileIsNotOverwritten() throws IOException {
        TakenImage image = take("a.jpg", "one");
        Files.writeString(data.resolve("done/a.jpg"), "other");

        folders.complete(image);

        assertThat(files()).contains("done/a.jpg=other", "done/a~20231114T221320.123.jpg=one");
    }

    @Test
    void aFailedImageHasItsReasonBesideIt() throws IOException {
        TakenImage image = take("sub/a.jpg", "one");
        folders.fail(image, report("broken"));

        assertThat(files()).hasSize(2).contains("failed/sub/a.jpg=one");
        assertThat(data.resolve("failed/sub/a.jpg.error.json")).content().contains("\"image\" : \"sub/a.jpg\"")
                .contains("\"error\" : \"broken\"").contains("\"attempts\" : 1");
    }

    @Test
    void anotherFailedImageOfThatNameOverwritesNeitherImageNorReason() throws IOException {
        for (String content : List.of("one", "two")) {
            TakenImage image = take("a.jpg", content);
            folders.fail(image, report(content));
        }

        assertThat(files()).hasSize(4).contains("failed/a.jpg=one", "failed/a~20231114T221320.123.jpg=two");
        assertThat(data.resolve("failed/a.jpg.error.json")).content().contains("one");
        assertThat(data.resolve("failed/a~20231114T221320.123.jpg.error.json")).content().contains("two");
    }

    @Test
    void anImageThatIsPutBackIsInTheInboxAsBefore() throws IOException {
        folders.putBack(take("sub/a.jpg", "one"));

        assertThat(files()).containsExactly("inbox/sub/a.jpg=one");
        assertThat(Files.getLastModifiedTime(data.resolve("inbox/sub/a.jpg")).toMillis()).isEqualTo(1_700_000_000_123L);
    }

    @Test
    void anImageThatIsPutBackDoesNotReplaceANewOneButWaits() throws IOException {
        TakenImage first = take("a.jpg", "one");
        Path second = drop("a.jpg", "two");
        folders.putBack(first);
        assertThat(files()).contains("inbox/a.jpg=two").anyMatch(file -> file.startsWith("work/") && file.endsWith("=one"));

        folders.complete(folders.take(second).orElseThrow());
        folders.putBackWaiting();

        assertThat(files()).containsExactly("done/a.jpg=two", "inbox/a.jpg=one");
    }

    @Test
    void whatAProcessThatDiedLeftInWorkIsBackInTheInboxAtTheNextStart() throws IOException {
        take("sub/a.jpg", "one");
        take("b.jpg", "two");
        folders.close();

        folders = newFolders();
        folders.open();

        assertThat(files()).containsExactly("inbox/b.jpg=two", "inbox/sub/a.jpg=one");
    }

    /** It stayed in failed for ever, as a hidden file. */
    @Test
    void aReportThatWasBeingWrittenWhenTheProcessDiedWasLeftBehind() throws IOException {
        folders.close();
        Files.writeString(data.resolve("work/.report-1"), "{ half");

        folders.open();

        assertThat(files()).isEmpty();
    }

    @Test
    void anImageThatWasLinkedBackWhenTheProcessDiedIsThereOnce() throws IOException {
        TakenImage image = take("a.jpg", "one");
        Files.createLink(data.resolve("inbox/a.jpg"), image.work());
        folders.close();

        folders = newFolders();
        folders.open();

        assertThat(files()).containsExactly("inbox/a.jpg=one");
    }

    @Test
    void anImageThatIsGoneIsNotTaken() throws IOException {
        Path file = drop("a.jpg", "one");
        Files.delete(file);

        assertThat(folders.take(file)).isEmpty();
    }

    @Test
    void twoImagesOfOneNameInWorkAreApart() throws IOException {
        TakenImage first = take("a.jpg", "one");
        TakenImage second = take("a.jpg", "two");
        assertThat(first.slot()).isNotEqualTo(second.slot());

        folders.complete(first);
        folders.complete(second);

        assertThat(files()).containsExactly("done/a.jpg=one", "done/a~20231114T221320.123.jpg=two");
    }

    @Test
    void anImageThatWaitsFromAnEarlierRunIsNotTouchedByNewOnes() throws IOException {
        take("a.jpg", "one");
        drop("a.jpg", "two");
        folders.close();
        folders = newFolders();
        folders.open();

        for (String content : List.of("three", "four")) {
            folders.complete(take("b.jpg", content));
        }
        folders.complete(folders.take(data.resolve("inbox/a.jpg")).orElseThrow());
        folders.putBackWaiting();

        assertThat(files()).contains("inbox/a.jpg=one", "done/a.jpg=two").hasSize(4);
    }

    @Test
    void twoDoNotShareAWorkFolder() {
        Folders second = newFolders();

        assertThatThrownBy(second::open).isInstanceOf(FolderException.class)
                .hasMessageContaining("another process or route works in");
    }

    @Test
    void aFolderWithinTheInboxIsRefused() throws IOException {
        try (Folders inside = new Folders(data.resolve("in"), data.resolve("in/work"), data.resolve("done"), data.resolve("failed"),
                DoneFiles.named(null))) {
            assertThatThrownBy(inside::open).isInstanceOf(FolderException.class).hasMessageContaining("put it elsewhere");
        }
    }

    @Test
    void aFileInTheWayOfAFolderIsNamed() throws IOException {
        Files.writeString(data.resolve("file"), "");
        try (Folders blocked = new Folders(data.resolve("inbox2"), data.resolve("work2"), data.resolve("file"), data.resolve("f"),
                DoneFiles.named(null))) {
            assertThatThrownBy(blocked::open).isInstanceOf(FolderException.class).hasMessageContaining("can't be made")
                    .hasMessageContaining(data.resolve("file").toString());
        }
    }

    private static FailureReport report(String error) {
        return new FailureReport("sub/a.jpg", error, "IllegalStateException", 1, "watch", "2026-01-31T10:15:00Z", List.of());
    }

    /** Its image was moved out of work, to where the name led. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aBackslashInANameIsNoWayOutOfWork() throws IOException {
        String name = "..\\..\\up.jpg";

        TakenImage image = folders.take(drop(name, "image")).orElseThrow();
        assertThat(image.work()).startsWith(data.resolve("work"));
        folders.complete(image);

        assertThat(data.resolve("done").resolve(name)).hasContent("image");
    }
}
