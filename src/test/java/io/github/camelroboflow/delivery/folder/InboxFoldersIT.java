package io.github.camelroboflow.delivery.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.camelroboflow.delivery.disk.FileMark;
import io.github.camelroboflow.delivery.disk.FileNames.SubFolders;
import io.github.camelroboflow.delivery.failure.FailureReport;
import io.github.camelroboflow.delivery.folder.FolderChecks.FolderAwayException;
import io.github.camelroboflow.delivery.folder.FolderChecks.FolderException;
import io.github.camelroboflow.delivery.folder.TakenImage.NotRegularFileException;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class InboxFoldersIT {

    @TempDir
    Path data;
    private InboxFolders folders;

    @BeforeEach
    void open() throws IOException {
        folders = newFolders();
        folders.open();
    }

    @AfterEach
    void close() throws IOException {
        folders.close();
    }

    private InboxFolders newFolders() {
        return new InboxFolders(data.resolve("inbox"), data.resolve("work"), data.resolve("done"), data.resolve("failed"),
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

    /** Returns every file but the lock, as path=content. */
    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(Files::isRegularFile).filter(file -> !file.getFileName().toString().startsWith("."))
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

    /** A power cut between the report and its image left a report without an image for ever. */
    @Test
    void theSameImageThatFailsAgainAfterARestartHasOneReport() throws IOException {
        folders.fail(take("a.jpg", "one"), report("first"));
        assumeTrue(FileMark.read(data.resolve("failed/a.jpg.error.json")).isPresent(), "files can't be marked here");
        Files.move(data.resolve("failed/a.jpg"), data.resolve("inbox/a.jpg"));
        folders.close();
        folders = newFolders();
        folders.open();

        folders.fail(folders.take(data.resolve("inbox/a.jpg")).orElseThrow(), report("second"));

        assertThat(files()).hasSize(2).contains("failed/a.jpg=one");
        assertThat(data.resolve("failed/a.jpg.error.json")).content().contains("second");
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

    /** Each sub-folder that had an image left a folder in work until a stop. */
    @Test
    void imagesOfManySubFoldersLeftTheirFoldersInWork() throws IOException {
        for (int i = 0; i < 100; i++) {
            folders.complete(take("day " + i + "/camera/a.jpg", "image"));
        }
        assertThat(foldersInWork()).as("the last slot with its sub-folders").hasSize(3);

        List<TakenImage> atATime = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            atATime.add(take("night " + i + "/camera/a.jpg", "image"));
        }
        assertThat(foldersInWork()).hasSize(3 * atATime.size());
        for (TakenImage image : atATime) {
            folders.complete(image);
        }
        assertThat(foldersInWork()).hasSize(3 * WorkSlots.MOST_FREE);

        folders.slots().removeFree();
        assertThat(foldersInWork()).isEmpty();
        assertThat(files()).hasSize(200).allMatch(file -> file.startsWith("done/"));
    }

    private List<Path> foldersInWork() throws IOException {
        try (Stream<Path> all = Files.walk(data.resolve("work"))) {
            return all.filter(path -> Files.isDirectory(path) && !path.equals(data.resolve("work"))).toList();
        }
    }

    /** A free slot that holds a file is not removed with it, and the next start returns the file. */
    @Test
    void aFileThatCameIntoAFreeSlotIsBackInTheInboxAtTheNextStart() throws IOException {
        TakenImage image = take("sub/a.jpg", "one");
        folders.complete(image);
        Files.writeString(image.work().resolveSibling("b.jpg"), "two");

        folders.slots().removeFree();
        folders.close();
        folders = newFolders();
        folders.open();

        assertThat(files()).containsExactly("done/sub/a.jpg=one", "inbox/sub/b.jpg=two");
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
        InboxFolders second = newFolders();

        assertThatThrownBy(second::open).isInstanceOf(FolderException.class)
                .hasMessageContaining("another process or route works in");
    }

    @Test
    void aFolderWithinTheInboxIsRefused() throws IOException {
        try (InboxFolders inside =
                new InboxFolders(data.resolve("in"), data.resolve("in/work"), data.resolve("done"), data.resolve("failed"),
                DoneFiles.named(null))) {
            assertThatThrownBy(inside::open).isInstanceOf(FolderException.class).hasMessageContaining("choose a folder outside it");
        }
    }

    @Test
    void aFileInTheWayOfAFolderIsNamed() throws IOException {
        Files.writeString(data.resolve("file"), "");
        try (InboxFolders blocked =
                new InboxFolders(data.resolve("inbox2"), data.resolve("work2"), data.resolve("file"), data.resolve("f"),
                DoneFiles.named(null))) {
            assertThatThrownBy(blocked::open).isInstanceOf(FolderException.class).hasMessageContaining("can't be created")
                    .hasMessageContaining(data.resolve("file").toString());
        }
    }

    /** The second try took the folder for that of another program. */
    @Test
    void aStartThatFailedInTheMiddleIsTriedAgainAndTheCrashBeforeItCountsOnce() throws IOException {
        Path blocked = Files.createDirectories(data.resolve("work2/.report-1/file"));
        Path image = Files.writeString(Files.createDirectories(data.resolve("work2/5d-1")).resolve("a.jpg"), "one");
        String identity = TakenImage.identity("a.jpg", Files.getLastModifiedTime(image).toMillis());
        Files.writeString(data.resolve("work2/.lock"), "running");
        Files.createDirectory(data.resolve("inbox2"));
        try (InboxFolders again = new InboxFolders(data.resolve("inbox2"), data.resolve("work2"), data.resolve("done"),
                data.resolve("failed"), DoneFiles.named(null))) {
            assertThatThrownBy(again::open).isInstanceOf(FolderAwayException.class).hasMessageContaining(".report-1");
            assertThatThrownBy(again::openAgain).isInstanceOf(FolderAwayException.class).hasMessageContaining(".report-1");
            Files.delete(blocked);
            again.openAgain();

            assertThat(again.restarts().of(identity)).isEqualTo(1);
            assertThat(data.resolve("inbox2/a.jpg")).exists();
        }
    }

    private static FailureReport report(String error) {
        return new FailureReport("sub/a.jpg", error, "IllegalStateException", 1, "watch", "2026-01-31T10:15:00Z", List.of());
    }

    /** Its image was moved out of work, to the place that the name led to. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aBackslashInANameIsNoWayOutOfWork() throws IOException {
        String name = "..\\..\\up.jpg";

        TakenImage image = folders.take(drop(name, "image")).orElseThrow();
        assertThat(image.work()).startsWith(data.resolve("work"));
        folders.complete(image);

        assertThat(data.resolve("done").resolve(name)).hasContent("image");
    }

    /** An image in the folder could not be filed, and no more images were taken in, even after a restart. */
    @Test
    void aFolderWithTheNameOfAnImageThatWasFiledStoppedEverything() throws IOException {
        folders.complete(take("a.jpg", "one"));
        folders.complete(take("a.jpg/b.jpg", "two"));
        folders.complete(take("a.jpg/b.jpg", "three"));
        for (String name : List.of("x.jpg", "x.jpg/y.jpg", "x.jpg/y.jpg/z.jpg")) {
            folders.fail(take(name, name), report(name));
            deleteFolders(data.resolve("inbox"));
        }

        assertThat(files()).contains("done/a.jpg=one", "done/a.jpg~folder/b.jpg=two",
                "done/a.jpg~folder/b~20231114T221320.123.jpg=three", "failed/x.jpg=x.jpg", "failed/x.jpg~folder/y.jpg=x.jpg/y.jpg",
                "failed/x.jpg~folder/y.jpg~folder/z.jpg=x.jpg/y.jpg/z.jpg").noneMatch(file -> file.startsWith("work/"));
        assertThat(data.resolve("failed/x.jpg~folder/y.jpg.error.json")).isRegularFile();
    }

    private static void deleteFolders(Path top) throws IOException {
        try (Stream<Path> all = Files.walk(top)) {
            all.filter(path -> !path.equals(top)).sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        }
    }

    /** A slot in work kept the folder, so the image was never taken. */
    @Test
    void anImageWithTheNameOfAFolderThatWasInWorkWasNeverTaken() throws IOException {
        folders.complete(take("a.jpg/b.jpg", "one"));
        deleteFolders(data.resolve("inbox"));

        folders.complete(take("a.jpg", "two"));

        assertThat(files()).containsExactly("done/a.jpg/b.jpg=one", "done/a~20231114T221320.123.jpg=two");
    }

    @Test
    void anImageWhoseReportHasTheNameOfAFolderFailsUnderAnother() throws IOException {
        Files.createDirectories(data.resolve("failed/a.jpg.error.json/x"));

        folders.fail(take("a.jpg", "one"), report("broken"));

        assertThat(files()).hasSize(2).allMatch(file -> file.startsWith("failed/a~"));
    }

    /** Its done file stayed, the image in work was not known, and the next image of its name replaced it. */
    @Test
    void anImageWhoseDoneFileCannotBeRemovedIsReplacedByTheNext() throws IOException {
        folders.close();
        folders = new InboxFolders(data.resolve("inbox"), data.resolve("work"), data.resolve("done"), data.resolve("failed"),
                DoneFiles.named("${file:name}.done"));
        folders.open();
        Path first = drop("a.jpg", "first");
        Files.createDirectories(data.resolve("inbox/a.jpg.done/x"));

        assertThatThrownBy(() -> folders.take(first)).isInstanceOf(IOException.class);
        assertThat(files()).containsExactly("inbox/a.jpg=first");

        Files.delete(data.resolve("inbox/a.jpg.done/x"));
        Files.delete(data.resolve("inbox/a.jpg.done"));
        Files.createFile(data.resolve("inbox/a.jpg.done"));
        folders.complete(folders.take(first).orElseThrow());
        Path second = drop("a.jpg", "second");
        Files.createFile(data.resolve("inbox/a.jpg.done"));
        folders.complete(folders.take(second).orElseThrow());
        assertThat(files()).contains("done/a.jpg=first", "done/a~20231114T221320.123.jpg=second");
    }

    /** A pipe was opened, which blocks for ever; a link was read, wherever it led. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void whatIsNoRegularFileStaysInTheInbox() throws Exception {
        Path outside = Files.writeString(data.resolve("outside"), "private");
        Path link = Files.createSymbolicLink(data.resolve("inbox/l.jpg"), outside);
        Path folder = Files.createDirectories(data.resolve("inbox/d.jpg"));
        Path pipe = data.resolve("inbox/p.jpg");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();

        for (Path file : List.of(link, folder, pipe)) {
            assertThatThrownBy(() -> folders.take(file)).isInstanceOf(NotRegularFileException.class);
            assertThat(SubFolders.exists(file)).isTrue();
        }
        assertThat(outside).hasContent("private");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void linksBelowDoneAreNotFollowed() throws IOException {
        Path outside = Files.createDirectories(data.resolve("outside"));
        Files.createSymbolicLink(data.resolve("done/sub"), outside);

        folders.complete(take("sub/a.jpg", "one"));

        assertThat(outside).isEmptyDirectory();
        assertThat(files()).containsExactly("done/sub~folder/a.jpg=one");
    }

    @Test
    void anImageGoesBackUnderAnotherNameWhereAFolderHasItsOwn() throws IOException {
        TakenImage image = take("a.jpg", "one");
        Files.createDirectories(data.resolve("inbox/a.jpg"));
        TakenImage below = take("b/c.jpg", "two");
        Files.delete(data.resolve("inbox/b"));
        Files.writeString(data.resolve("inbox/b"), "a file now");

        folders.putBack(image);
        folders.putBack(below);

        assertThat(files()).containsExactlyInAnyOrder("inbox/a~20231114T221320.123.jpg=one", "inbox/b=a file now",
                "inbox/b~folder/c.jpg=two");
    }

    /** It was already in done and was processed once more. */
    @Test
    void anImageThatWasFiledWhenTheProcessDiedIsNotInTheInboxAgain() throws IOException {
        TakenImage image = take("a.jpg", "one");
        Files.createLink(data.resolve("done/a.jpg"), image.work());
        folders.close();

        folders = newFolders();
        folders.open();

        assertThat(files()).containsExactly("done/a.jpg=one");
    }

    /** Its crash count was kept in work although the image was done. */
    @Test
    void anImageThatWasFiledWhenTheProgramDiedHasNoCount() throws IOException {
        TakenImage image = take("a.jpg", "one");
        Files.createLink(data.resolve("done/a.jpg"), image.work());
        die();

        assertThat(folders.restarts().hasSuspects()).isFalse();
        folders.close();
        assertThat(data.resolve("work/.restarts.json")).doesNotExist();
    }

    @Test
    void anImageThatWasInWorkAtEachDeathOfTheProgramFails() throws IOException {
        for (int death = 0; death < 3; death++) {
            folders.take(drop("a.jpg", "killer"));
            die();
        }

        assertThat(files()).hasSize(2).contains("failed/a.jpg=killer");
        assertThat(data.resolve("failed/a.jpg.error.json")).content().contains("ended 3 times").contains("\"attempts\" : 3");
        assertThat(folders.restarts().hasSuspects()).isFalse();
    }

    @Test
    void imagesThatWereInWorkBesideOthersAtEachDeathAreToBeWorkedOnAlone() throws IOException {
        for (int death = 0; death < 4; death++) {
            folders.take(drop("a.jpg", "one"));
            folders.take(drop("b.jpg", "two"));
            die();
        }

        assertThat(files()).contains("inbox/a.jpg=one", "inbox/b.jpg=two");
        assertThat(folders.restarts().isSuspect(folders.identity(data.resolve("inbox/a.jpg")))).isTrue();
    }

    @Test
    void aStopInOrderIsNoDeath() throws IOException {
        for (int stop = 0; stop < 4; stop++) {
            folders.take(drop("a.jpg", "one"));
            folders.close();
            folders = newFolders();
            folders.open();
        }

        assertThat(files()).containsExactly("inbox/a.jpg=one");
        assertThat(folders.restarts().hasSuspects()).isFalse();
    }

    /** Each attempt to move it left one more name of it in done, without end. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void anImageThatCannotLeaveWorkHasOneNameHoweverOftenItIsTried() throws Exception {
        TakenImage image = take("a.jpg", "one");
        Path slot = image.work().getParent();
        assumeTrue(run("chattr", "+a", slot.toString()), "this user or file system can't keep files from being removed");
        try {
            for (int tries = 0; tries < 5; tries++) {
                assertThatThrownBy(() -> folders.complete(image)).isInstanceOf(IOException.class);
            }
            assertThat(files()).hasSize(1).allMatch(file -> file.startsWith("work/"));
        } finally {
            run("chattr", "-a", slot.toString());
        }

        folders.complete(image);
        assertThat(files()).containsExactly("done/a.jpg=one");
    }

    private static boolean run(String... command) throws Exception {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** The start failed, where a running program would have waited. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aFullDiskDoesNotRefuseTheStart() throws Exception {
        Path disk = Files.createDirectories(data.resolve("disk"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk.toString()), "this user can't mount a small disk");
        try {
            try (InboxFolders first = foldersIn(disk)) {
                first.open();
            }
            fill(disk);
            try (InboxFolders second = foldersIn(disk)) {
                second.open();
            }
        } finally {
            run("umount", disk.toString());
        }
    }

    private static InboxFolders foldersIn(Path disk) {
        return new InboxFolders(disk.resolve("inbox"), disk.resolve("work"), disk.resolve("done"), disk.resolve("failed"),
                DoneFiles.named(null));
    }

    private static void fill(Path disk) {
        assertThatThrownBy(() -> {
            try (OutputStream filler = Files.newOutputStream(disk.resolve("filler"))) {
                while (true) {
                    filler.write(new byte[4096]);
                }
            }
        }).isInstanceOf(IOException.class);
    }

    /** It could not be forced to disk, so it stayed in work and was tried again for ever. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void anImageThatCannotBeReadFails() throws Exception {
        TakenImage image = take("a.jpg", "one");
        Files.setPosixFilePermissions(image.work(), Set.of());
        assumeFalse(Files.isReadable(image.work()), "this user may read everything");

        folders.fail(image, new FailureReport("a.jpg", "can't be read", "E", 1, null, "now", List.of()));

        assertThat(data.resolve("failed/a.jpg")).exists();
        assertThat(data.resolve("failed/a.jpg.error.json")).content().contains("can't be read");
    }

    /** Leaves work in the state of a killed process. */
    private void die() throws IOException {
        folders.close();
        Files.writeString(data.resolve("work/.lock"), "running");
        folders = newFolders();
        folders.open();
    }
}
