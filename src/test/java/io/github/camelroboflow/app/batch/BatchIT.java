package io.github.camelroboflow.app.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.ProgramProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The route batch in the program of an operator. */
class BatchIT {

    @TempDir
    private Path data;

    private Path in;
    private Path out;

    @BeforeEach
    void folders() throws IOException {
        in = Files.createDirectories(data.resolve("photos"));
        out = data.resolve("found");
    }

    private void put(String sample, String name) throws IOException {
        Path file = in.resolve(name);
        Files.createDirectories(file.getParent());
        Files.copy(WatchedFolder.SAMPLES.resolve(sample), file);
    }

    private ProgramProcess start(String... properties) {
        Map<String, String> all = new HashMap<>(Map.of("routes", "batch", "in", in.toString(), "out", out.toString()));
        for (int i = 0; i < properties.length; i += 2) {
            all.put(properties[i], properties[i + 1]);
        }
        return ProgramProcess.start(data, all);
    }

    /** Runs a batch to its end and returns what it printed. */
    private String run(int exitCode, String... properties) {
        try (ProgramProcess program = start(properties)) {
            assertThat(program.exitCode()).as(program.output()).isEqualTo(exitCode);
            return program.output();
        }
    }

    private List<JsonNode> lines() throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(out.resolve("results.jsonl"))) {
            lines.add(new ObjectMapper().readTree(line));
        }
        return lines;
    }

    private JsonNode line(String image) throws IOException {
        return lines().stream().filter(line -> line.path("image").textValue().equals(image)).findFirst().orElseThrow();
    }

    private List<String> images() throws IOException {
        return lines().stream().map(line -> line.path("image").textValue()).sorted().toList();
    }

    @Test
    void aFolderIsRunOnceAndItsImagesStay() throws IOException {
        put("gears.jpg", "line 1/gears.jpg");
        put("nothing-to-find.jpg", "empty.jpg");
        Files.writeString(in.resolve("notes.txt"), "no image");

        String output = run(0, "export", "coco,yolo,voc,labelme,csv");

        assertThat(output).contains("2 images of " + in + ": 2 done, 0 failed", "gear ", "1 other file in ");
        assertThat(output).doesNotContain("Exception", "Ctrl-C");
        assertThat(images()).containsExactly("empty.jpg", "line 1/gears.jpg");
        assertThat(line("line 1/gears.jpg").at("/result/predictions/0/class").textValue()).isEqualTo("gear");
        assertThat(Files.readAllLines(out.resolve("results.csv"))).anyMatch(row -> row.startsWith("line 1/gears.jpg,"))
                .anyMatch(row -> row.startsWith("empty.jpg,")).first().asString().startsWith("image,");
        assertThat(out.resolve("report.html")).content().contains("line 1/gears.jpg", "data:image/jpeg;base64,");
        assertThat(new ObjectMapper().readTree(out.resolve("coco/annotations.json").toFile()).path("images")).hasSize(2);
        assertThat(out.resolve("yolo/labels/line 1/gears.txt")).isNotEmptyFile();
        assertThat(out.resolve("voc/Annotations/line 1/gears.xml")).content().contains("<name>gear</name>");
        JsonNode labelMe = new ObjectMapper().readTree(out.resolve("labelme/line 1/gears.json").toFile());
        assertThat(out.resolve("labelme/line 1").resolve(labelMe.path("imagePath").textValue()).normalize())
                .isEqualTo(in.resolve("line 1/gears.jpg"));
        assertThat(in.resolve("line 1/gears.jpg")).exists();
        assertThat(data.resolve("inbox")).doesNotExist();
    }

    @Test
    void aBadImageIsALineAndTheExitCodeIsOne() throws IOException {
        put("gears.jpg", "gears.jpg");
        Files.writeString(in.resolve("broken.jpg"), "no image");
        Files.createFile(in.resolve("zero.png"));

        assertThat(run(1)).contains("1 done, 2 failed", "failed: broken.jpg: ", "failed: zero.png: ");

        assertThat(line("broken.jpg").path("error").textValue()).isNotBlank();
        assertThat(Files.readString(out.resolve("results.csv"))).contains("broken.jpg,");
    }

    @Test
    void aFailedImageIsTriedAgainByTheNextRun() throws IOException {
        Files.writeString(in.resolve("gears.jpg"), "not yet copied");
        run(1);
        Files.delete(in.resolve("gears.jpg"));
        put("gears.jpg", "gears.jpg");

        assertThat(run(0)).contains("1 done, 0 failed");
        assertThat(images()).containsExactly("gears.jpg");
    }

    /** Kills a batch half-way, and another one if the first was quicker than its kill. */
    private void killBeforeTheEnd(int count) {
        await().until(() -> {
            out = data.resolve("out-" + UUID.randomUUID());
            Path lines = out.resolve("results.jsonl");
            try (ProgramProcess program = start()) {
                await().pollInterval(Duration.ofMillis(10))
                        .until(() -> Files.exists(lines) && Files.readAllLines(lines).size() > count / 4);
                program.kill();
            }
            return Files.readAllLines(lines).size() < count;
        });
    }

    @Test
    void aKilledBatchGoesOnAndHasEachImageOnce() throws IOException {
        int count = 120;
        for (int i = 0; i < count; i++) {
            put("gears.jpg", i % 3 + "/" + i + ".jpg");
        }
        killBeforeTheEnd(count);
        Files.writeString(out.resolve("results.jsonl"), "{\"image\":\"0/3.jpg\",\"si", StandardOpenOption.APPEND);
        Files.writeString(out.resolve("results.csv"), "0/3.jpg,1", StandardOpenOption.APPEND);

        String output = run(0);

        assertThat(output).containsPattern("\\d+ of " + count + " images in .* have their results from an earlier run")
                .contains(count + " done (");
        assertThat(images()).hasSize(count).doesNotHaveDuplicates();
        assertThat(Files.readAllLines(out.resolve("results.csv")).stream().skip(1).map(row -> row.split(",")[0]).distinct())
                .hasSize(count);
    }

    @Test
    void onlyImagesThatChangedAreRunAgain() throws IOException {
        put("gears.jpg", "same.jpg");
        put("gears.jpg", "touched.jpg");
        put("gears.jpg", "changed.jpg");
        run(0);
        String same = id("same.jpg");
        String touched = id("touched.jpg");
        Files.setLastModifiedTime(in.resolve("touched.jpg"), FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        Files.copy(WatchedFolder.SAMPLES.resolve("bolts.jpg"), in.resolve("changed.jpg"),
                StandardCopyOption.REPLACE_EXISTING);

        run(0);

        assertThat(id("same.jpg")).isEqualTo(same);
        assertThat(id("touched.jpg")).isEqualTo(touched);
        assertThat(line("touched.jpg").path("modified").textValue()).isEqualTo("2020-01-01T00:00:00Z");
        assertThat(line("changed.jpg").at("/result/predictions/0/class").textValue()).isEqualTo("bolt");
        assertThat(images()).containsExactly("changed.jpg", "same.jpg", "touched.jpg");
    }

    private String id(String image) throws IOException {
        return line(image).at("/result/inference_id").textValue();
    }

    @Test
    void anImageOfABatchWasUnknownWithoutTheRoute() throws IOException {
        put("gears.jpg", "line 1/gears.jpg");
        run(0);
        Map<String, String> results = Map.of("out", out.toString());

        assertThat(explain(0, results, in.resolve("line 1/gears.jpg"))).contains("line 1/gears.jpg is done: ", "gear ",
                "source       " + in);
        assertThat(explain(0, results, Path.of("line 1/gears.jpg"))).contains("line 1/gears.jpg is done: ");
        assertThat(explain(1, results, Path.of("nix.jpg"))).contains("or in the results of the batch in " + out);
        assertThat(explain(1, Map.of(), Path.of("line 1/gears.jpg"))).contains("There is no image line 1/gears.jpg in the folders",
                "for an image of a batch, set the property out to the folder of its results");
    }

    private String explain(int exitCode, Map<String, String> properties, Path image) {
        try (ProgramProcess explain = ProgramProcess.command(data, properties, "explain", image.toString())) {
            assertThat(explain.exitCode()).as(explain.output()).isEqualTo(exitCode);
            return explain.output();
        }
    }

    @Test
    void theResultsOfAnotherModelOrOptionAreNotMixed() throws IOException {
        put("gears.jpg", "gears.jpg");
        run(0);

        assertThat(run(2, "camel.component.roboflow.confidence", "0.9")).contains("ERROR The batch can't begin: " + out
                + " holds results of another run, whose options was confidence=0.4 and is confidence=0.9 now: name another folder")
                .doesNotContain("\tat ");
        assertThat(lines()).hasSize(1);
    }

    @Test
    void wrongFoldersAreAllNamedAndTheExitCodeIsTwo() throws IOException {
        Map<String, String> properties = Map.of("routes", "batch", "in", data.resolve("gone").toString());
        try (ProgramProcess program = ProgramProcess.start(data, properties)) {
            assertThat(program.exitCode()).as(program.output()).isEqualTo(2);
            assertThat(program.output()).contains("is no folder that can be read", "out is not set");
        }
        assertThat(run(2, "out", in.resolve("results").toString())).contains("is inside in=");
        assertThat(in.resolve("results")).doesNotExist();
    }

    @Test
    void aWrongContainerAndAMissingAccountAreNamed() {
        assertThat(run(2, "in", "azure://Line_1/2026", "azure.account", "")).contains("in=Line_1 is no name at Azure",
                "there is no storage account of Azure: set AZURE_STORAGE_CONNECTION_STRING").doesNotContain("\tat ");
    }

    @Test
    void namesAndReasonsAreTextInTheReport() throws IOException {
        put("gears.jpg", "<img src=x onerror=alert(1)>.jpg");
        Files.writeString(in.resolve("\"><script>alert(2)<script>.jpg"), "no image");

        run(1);

        assertThat(out.resolve("report.html")).content().doesNotContain("<img src=x", "<script").contains("&lt;img src=x");
    }

    @Test
    void aClassifierNeedsNoConditionsAndIsLeftOutOfExportsOfObjects() throws IOException {
        put("gears.jpg", "gears.jpg");

        String output = run(0, "model", "cls-v8/1", "camel.component.roboflow.modelsDirectory", models(), "export", "coco");

        assertThat(output).contains("1 of 1 results are not in the export coco");
        assertThat(out.resolve("coco")).doesNotExist();
        assertThat(line("gears.jpg").at("/result/top")).isNotNull();
    }

    private String models() throws IOException {
        Path models = data.resolve("models");
        Path target = Files.createDirectories(models.resolve("cls-v8/1"));
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/golden/models/cls-v8"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, target.resolve(file.getFileName()));
            }
        }
        return models.toString();
    }
}
