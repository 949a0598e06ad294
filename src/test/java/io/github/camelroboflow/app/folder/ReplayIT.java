package io.github.camelroboflow.app.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.ProgramProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command that has everything tried again that failed. */
class ReplayIT {

    private static final Map<String, String> REPLAY = Map.of("routes", "replay");

    @TempDir
    Path data;

    private void write(String file, byte[] content) throws IOException {
        Files.createDirectories(data.resolve(file).getParent());
        Files.write(data.resolve(file), content);
    }

    @Test
    void movesWhatFailedSaysSoAndEnds() throws IOException {
        write("failed/line 1/a.jpg", new byte[0]);
        write("failed/line 1/a.jpg.error.json", "{}".getBytes());
        write("refused/one.json", "{}".getBytes());
        write("refused/two.json", "{}".getBytes());

        try (ProgramProcess program = ProgramProcess.start(data, REPLAY)) {
            assertThat(program.exitCode()).as(program.output()).isZero();
            assertThat(program.output()).contains("1 image is back in " + data.resolve("inbox"),
                    "2 results are to be sent again").doesNotContain("Ctrl-C", "watches");
        }
        assertThat(data.resolve("inbox/line 1/a.jpg")).exists();
        assertThat(data.resolve("failed/line 1")).isEmptyDirectory();
        assertThat(data.resolve("refused/again").toFile().list()).containsExactlyInAnyOrder("one.json", "two.json");
    }

    @Test
    void whereNothingFailedItSaysThatAndEnds() {
        try (ProgramProcess program = ProgramProcess.start(data, REPLAY)) {
            assertThat(program.exitCode()).as(program.output()).isZero();
            assertThat(program.output()).contains("No image is back", "No result is to be sent again");
        }
    }

    /** It said so, and its exit code was 0. */
    @Test
    void ifNotEverythingCanBeMovedItSaysSoAndTheExitCodeIsOne() throws IOException {
        write("failed/a.jpg", new byte[0]);
        write("inbox", "no folder".getBytes());

        try (ProgramProcess program = ProgramProcess.start(data, REPLAY)) {
            assertThat(program.exitCode()).as(program.output()).isEqualTo(1);
            assertThat(program.output()).contains("Not everything could be moved, try again: ");
        }
        assertThat(data.resolve("failed/a.jpg")).exists();
    }

    @Test
    void theProgramThatRunsTakesUpWhatIsPutBack() throws IOException {
        try (WatchedFolder folder = new WatchedFolder(data).start()) {
            byte[] gears = Files.readAllBytes(WatchedFolder.SAMPLES.resolve("gears.jpg"));
            write("failed/gears.jpg", gears);
            write("failed/gears.jpg.error.json", "{}".getBytes());
            try (ProgramProcess program = ProgramProcess.start(data, REPLAY)) {
                assertThat(program.exitCode()).as(program.output()).isZero();
            }
            await().until(() -> folder.files("done").equals(List.of("gears.jpg")));
            assertThat(folder.files("failed")).isEmpty();
        }
    }
}
