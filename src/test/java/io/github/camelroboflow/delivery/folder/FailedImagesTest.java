package io.github.camelroboflow.delivery.folder;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.delivery.disk.FileNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailedImagesTest {

    @TempDir
    Path data;

    private void write(String file, String content) throws IOException {
        Files.createDirectories(data.resolve(file).getParent());
        Files.writeString(data.resolve(file), content);
    }

    private int putBack(String doneFileName) throws IOException {
        return new FailedImages(data.resolve("failed"), data.resolve("inbox"),
                DoneFiles.named(doneFileName))
                .putBack();
    }

    @Test
    void imagesGoBackToTheirFoldersAndTheirReportsGo() throws IOException {
        write("failed/a.jpg", "a");
        write("failed/a.jpg.error.json", "{}");
        write("failed/line 1/ü/b.jpg", "b");
        write("failed/line 1/ü/b.jpg.error.json", "{}");

        assertThat(putBack(null)).isEqualTo(2);

        assertThat(data.resolve("inbox/a.jpg")).hasContent("a");
        assertThat(data.resolve("inbox/line 1/ü/b.jpg")).hasContent("b");
        assertThat(data.resolve("failed/a.jpg.error.json")).doesNotExist();
        assertThat(data.resolve("failed/line 1/ü")).isEmptyDirectory();
    }

    @Test
    void anImageInTheInboxIsNotOverwritten() throws IOException {
        write("failed/a.jpg", "failed");
        write("inbox/a.jpg", "new");

        assertThat(putBack(null)).isEqualTo(1);

        assertThat(data.resolve("inbox/a.jpg")).hasContent("new");
        assertThat(data.resolve("inbox")).isDirectoryContaining("glob:**a~????????.jpg");
        assertThat(data.resolve("failed")).isEmptyDirectory();
    }

    /**
     * An inbox folder had the name of a folder of this program: its images stayed, and their reports were to be sent to webhooks.
     */
    @Test
    void imagesOfFoldersOfAnyNameGoBack() throws IOException {
        for (String folder : List.of("webhooks", "webhooks/again", "again", "refused")) {
            write("failed/" + folder + "/bad.jpg", "a");
            write("failed/" + folder + "/bad.jpg.error.json", "{}");
        }

        assertThat(putBack(null)).isEqualTo(4);
        assertThat(data.resolve("inbox/webhooks/again/bad.jpg")).exists();
        assertThat(data.resolve("failed/webhooks/bad.jpg.error.json")).doesNotExist();
    }

    @Test
    void whatIsBeingWrittenIsNoImage() throws IOException {
        write("failed/.half.tmp", "");
        write("failed/gone.jpg.error.json", "{}");

        assertThat(putBack(null)).isZero();
        assertThat(data.resolve("failed/gone.jpg.error.json")).exists();
        assertThat(data.resolve("inbox")).doesNotExist();
    }

    @Test
    void anImageOfALongNameLosesItsReportToo() throws IOException {
        String name = "n".repeat(250) + ".jpg";
        write("failed/" + name, "a");
        write("failed/" + FileNames.withSuffix(name, ".error.json"), "{}");

        assertThat(putBack(null)).isEqualTo(1);
        assertThat(data.resolve("failed")).isEmptyDirectory();
    }

    @Test
    void imagesThatAreAnnouncedAreAnnouncedAgain() throws IOException {
        write("failed/a.jpg", "a");

        putBack("${file:name}.done");

        assertThat(data.resolve("inbox/a.jpg.done")).exists();
    }

    @Test
    void whereNothingEverFailedNothingIsDone() throws IOException {
        assertThat(putBack(null)).isZero();
    }
}
