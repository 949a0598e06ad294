package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.app.ImageLookup.State;
import io.github.camelroboflow.app.settings.Settings.Watch;
import io.github.camelroboflow.delivery.disk.Disk.Durability;
import io.github.camelroboflow.delivery.folder.InboxStrategy.InboxSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageLookupTest {

    @TempDir
    Path data;

    private ImageLookup find(Path given) throws IOException {
        return find("", given);
    }

    private ImageLookup find(String watch, Path given) throws IOException {
        InboxSettings folders = new InboxSettings(data.resolve("inbox"), data.resolve("work"), data.resolve("done"),
                data.resolve("failed"), "", Duration.ZERO, 3, Durability.POWER);
        return ImageLookup.find(new Watch(watch, folders, "parts-detect/1", Optional.empty()), data.resolve("results"), given)
                .orElse(null);
    }

    @Test
    void anImageOfOneOfSeveralFoldersHasItsNameInResultsAndInQuestions() throws IOException {
        create("done/line/a.jpg");
        ImageLookup image = new ImageLookup("line/a.jpg", State.DONE, data.resolve("done/line/a.jpg"));

        assertThat(find("one", data.resolve("results/gears/one/line/a.jpg.json"))).isEqualTo(image);
        assertThat(find("one", data.resolve("results/gears/two/line/a.jpg.json"))).isNull();
        assertThat(find("one", Path.of("one/line/a.jpg"))).isEqualTo(image);
        assertThat(find("one", Path.of("line/a.jpg"))).isEqualTo(image);
        assertThat(find("one", data.resolve("inbox/line/a.jpg"))).isEqualTo(image);
    }

    private void create(String file) throws IOException {
        Files.createDirectories(data.resolve(file).getParent());
        Files.createFile(data.resolve(file));
    }

    @ParameterizedTest
    @CsvSource({"done/line/a.jpg, DONE, done/line/a.jpg", "done/line/a.jpg, DONE, inbox/line/a.jpg",
            "done/line/a.jpg, DONE, results/gears/line/a.jpg.json", "done/line/a.jpg, DONE, results/deep/gears/line/a.jpg.json",
            "failed/line/a.jpg, FAILED, failed/line/a.jpg.error.json", "inbox/line/a.jpg, WAITING, inbox/line/a.jpg",
            "work/5d-1/line/a.jpg, IN_WORK, work/5d-1/line/a.jpg", "work/5d-1/line/a.jpg, IN_WORK, inbox/line/a.jpg"})
    void anImageIsFoundByEachOfItsFiles(String file, State state, String given) throws IOException {
        create(file);

        assertThat(find(data.resolve(given))).isEqualTo(new ImageLookup("line/a.jpg", state, data.resolve(file)));
        assertThat(find(Path.of("line/a.jpg"))).isEqualTo(find(data.resolve(given)));
    }

    @Test
    void theNameInTheInboxHasNoTime() throws IOException {
        create("done/a~20260131T101500.000-2.jpg");

        assertThat(find(Path.of("a~20260131T101500.000-2.jpg")).original()).isEqualTo("a.jpg");
        assertThat(find(Path.of("nix.jpg"))).isNull();
        assertThat(find(data.resolve("elsewhere/a.jpg"))).isNull();
    }
}
