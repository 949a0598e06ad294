package io.github.camelroboflow.app.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.app.batch.FolderSource.ImageWalk;
import io.github.camelroboflow.delivery.source.ImageNameFilter;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The images of a folder, and the files of their results. */
class BatchFilesTest {

    private static final Inference RESULT = InferenceJson.read("{\"image\":{\"width\":10,\"height\":10},\"predictions\":"
            + "[{\"x\":1,\"y\":2,\"width\":3,\"height\":4,\"confidence\":0.5,\"class\":\"gear\",\"class_id\":0}]}");

    @TempDir
    private Path folder;

    private void create(String... names) throws IOException {
        for (String name : names) {
            Files.createDirectories(folder.resolve(name).getParent());
            Files.writeString(folder.resolve(name), name);
        }
    }

    private final List<String> unreadable = new ArrayList<>();

    private ImageWalk walk() {
        return new ImageWalk(folder, new ImageNameFilter("jpg,png", "", ""),
                (path, e) -> unreadable.add(path.getFileName().toString()));
    }

    private static List<String> names(ImageWalk walk) {
        List<String> names = new ArrayList<>();
        walk.forEachRemaining(image -> names.add(image.name()));
        return names;
    }

    @Test
    void aWalkFindsTheImagesOfAllSubFoldersInTheOrderOfTheirNames() throws IOException {
        create("b/2.jpg", "b/1.PNG", "a.jpg", "c/d/e.jpg", "notes.txt", ".hidden/a.jpg", "@eaDir/a.jpg");
        ImageWalk walk = walk();

        assertThat(names(walk)).containsExactly("a.jpg", "b/1.PNG", "b/2.jpg", "c/d/e.jpg");
        assertThat(walk.others()).isEqualTo(1);
        assertThat(unreadable).isEmpty();
    }

    @Test
    void aLinkIsLeftOutAndNamed() throws IOException {
        create("a.jpg");
        Files.createSymbolicLink(folder.resolve("link.jpg"), folder.resolve("a.jpg"));

        assertThat(names(walk())).containsExactly("a.jpg");
        assertThat(unreadable).containsExactly("link.jpg");
    }

    private static ResultLine line(String image) {
        return new ResultLine(image, 5, Instant.parse("2026-01-02T03:04:05.678Z"), null, "ab", RESULT, null);
    }

    @Test
    void anObjectHasAnEtagInsteadOfATime() {
        ResultLine object = new ResultLine("a.jpg", 5, null, "12-3", "", null, "it is damaged");

        assertThat(ResultLine.parse(object.json())).contains(object);
        assertThat(object.isOf(BatchImage.ofObject("a.jpg", 5, "12-3"))).isTrue();
        assertThat(object.isOf(BatchImage.ofObject("a.jpg", 5, "12-4"))).isFalse();
    }

    @Test
    void aLineIsReadAsItWasWritten() {
        ResultLine failure = new ResultLine("b \"\n\u2028.jpg", 5, Instant.EPOCH, null, "", null, "it is damaged");

        assertThat(ResultLine.parse(failure.json())).contains(failure);
        assertThat(failure.json()).doesNotContain("\n");
        assertThat(ResultLine.parse(line("a.jpg").json()).orElseThrow().json()).isEqualTo(line("a.jpg").json());
    }

    @Test
    void noPartOfALineIsALine() {
        String whole = line("a.jpg").json();

        for (int length = 0; length < whole.length(); length++) {
            assertThat(ResultLine.parse(whole.substring(0, length))).as(whole.substring(0, length)).isEmpty();
        }
    }

    @Test
    void aTornLineIsCutOffAndBothFilesGoOn() throws IOException {
        write("a.jpg", "b.jpg");
        byte[] umlaut = "{\"image\":\"ü".getBytes(StandardCharsets.UTF_8);
        Files.write(folder.resolve("results.jsonl"), Arrays.copyOf(umlaut, umlaut.length - 1), StandardOpenOption.APPEND);
        Files.writeString(folder.resolve("results.csv"), "c.jp", StandardOpenOption.APPEND);

        write("c.jpg");

        assertThat(read()).containsExactly("a.jpg", "b.jpg", "c.jpg");
        assertThat(Files.readAllLines(folder.resolve("results.csv"))).extracting(row -> row.split(",")[0])
                .containsExactly("image", "a.jpg", "b.jpg", "c.jpg");
    }

    private void write(String... images) throws IOException {
        try (ResultFiles files = ResultFiles.open(folder)) {
            files.resume(UnaryOperator.identity());
            for (String image : images) {
                files.add(line(image));
            }
        }
    }

    private List<String> read() throws IOException {
        List<String> images = new ArrayList<>();
        try (ResultFiles files = ResultFiles.open(folder)) {
            files.forEach(line -> images.add(line.image()));
        }
        return images;
    }

    @Test
    void aLineThatIsNotKeptIsDropped() throws IOException {
        write("a.jpg", "b.jpg");
        try (ResultFiles files = ResultFiles.open(folder)) {
            files.resume(line -> line.image().equals("a.jpg") ? null : line);
        }

        assertThat(read()).containsExactly("b.jpg");
    }

    @Test
    void onlyOneProgramWritesIntoAFolder() throws IOException {
        try (ResultFiles files = ResultFiles.open(folder)) {
            assertThat(files).isNotNull();
            assertThatThrownBy(() -> ResultFiles.open(folder))
                    .isInstanceOf(IOException.class).hasMessageContaining("another program");
        }
    }

    @Test
    void resultsOfDifferentServersAreNotMixed() throws IOException {
        checkIdentity("http://127.0.0.1:1");
        checkIdentity("http://127.0.0.1:1");

        assertThatThrownBy(() -> checkIdentity("http://127.0.0.1:2")).isInstanceOf(IOException.class)
                .hasMessageContaining("whose server was http://127.0.0.1:1");
    }

    private void checkIdentity(String server) throws IOException {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.start();
            context.getEndpoint("roboflow:parts/1?runtime=hosted&apiKey=key&apiUrl=" + server);
            new BatchIdentity(folder.toString(), context).check(folder);
        }
    }

    @Test
    void aTextFromOutsideIsNoMarkup() {
        assertThat(MessageText.html("<a href=\"x\" b='y'>&\u202E"))
                .isEqualTo("&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;\\u202E");
    }

    @Test
    void aTimeIsWrittenForAPerson() {
        assertThat(List.of(BatchProgress.time(0.25), BatchProgress.time(59.4), BatchProgress.time(61), BatchProgress.time(7322)))
                .containsExactly("0.3 s", "59 s", "1 min 1 s", "2 h 2 min");
    }
}
