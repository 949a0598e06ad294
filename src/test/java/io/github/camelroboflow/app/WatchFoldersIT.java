package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelroboflow.LogLines;
import io.github.camelroboflow.app.fixture.FreePorts;
import io.github.camelroboflow.app.fixture.RoutingTable;
import io.github.camelroboflow.app.fixture.ScriptedEngine;
import io.github.camelroboflow.app.settings.Settings;
import io.github.camelroboflow.app.status.StatusReport;
import io.github.camelroboflow.app.status.WorkMonitor;
import io.github.camelroboflow.app.validation.KnownProperties;
import io.github.camelroboflow.delivery.source.ImageTally;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.server.fixture.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.spi.PropertiesComponent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Two watched folders, of which each has a model of its own: one finds bolts, the other gears. */
class WatchFoldersIT {

    @TempDir
    Path data;
    @RegisterExtension
    final LogLines log = new LogLines();

    private final AtomicBoolean isDown = new AtomicBoolean();

    private WatchedFolder program() {
        ScriptedEngine engine = ScriptedEngine.ofModels((model, image) -> {
            if (image.name().startsWith("two/bad")) {
                throw new InvalidImageException(image.name() + " is damaged");
            }
            if (isDown.get() && model.value().equals("gears/1")) {
                throw new RoboflowUnavailableException("the server is down");
            }
            return List.of(ScriptedEngine.at(1, 1, model.value().equals("gears/1") ? "gear" : "bolt"));
        });
        return new WatchedFolder(data).with(engine).with("routes", "watch-folders").with("model", "bolts/1")
                .with("watch.one.inbox", data.resolve("first").toString())
                .with("watch.two.inbox", data.resolve("second").toString()).with("watch.two.model", "gears/1")
                .with("watch.two.confidence", "60%");
    }

    private void create(String file) throws IOException {
        Files.createDirectories(data.resolve(file).getParent());
        Path whole = Files.createDirectories(data.resolve("new")).resolve(String.valueOf(file.hashCode()));
        Files.move(Files.write(whole, new byte[] {1}), data.resolve(file));
    }

    private static Settings settings(CamelContext context) {
        PropertiesComponent properties = context.getPropertiesComponent();
        return Settings.of(properties::resolveProperty, KnownProperties.set(properties));
    }

    private static HealthCheck.State health(WatchedFolder program, String route) {
        return HealthCheckRegistry.get(program.context()).getCheck("outage:" + route).orElseThrow().callReadiness().getState();
    }

    @Test
    void eachHasItsOwnModelItsOwnFoldersAndItsNameInResultsReportsAndCounts() throws IOException {
        try (WatchedFolder program = program().start()) {
            create("first/line/a.jpg");
            create("second/line/a.jpg");
            create("second/bad.jpg");
            await().until(() -> program.files("done").size() == 2 && program.files("failed").size() == 2);

            assertThat(program.files("done")).containsExactly("one/line/a.jpg", "two/line/a.jpg");
            assertThat(program.files("results")).containsExactly("fasteners/one/line/a.jpg.json", "gears/two/line/a.jpg.json");
            assertThat(program.files("failed")).containsExactly("two/bad.jpg", "two/bad.jpg.error.json");
            assertThat(program.read("failed/two/bad.jpg.error.json")).contains("\"two/bad.jpg\"");
            // an image is counted after it was moved
            await().untilAsserted(() -> assertThat(ImageTally.of(program.context()).counts().watches())
                    .isEqualTo(Map.of("one", 1L, "two", 2L)));

            Settings settings = settings(program.context());
            create("second/waits.txt");
            WorkMonitor monitor = WorkMonitor.of(program.context(), settings.images());
            assertThat(new StatusReport(program.context(), monitor, null, "").text())
                    .contains("  one       1 done, 0 failed; 0 waiting in " + data.resolve("first"),
                            "  two       1 done, 1 failed; 0 waiting in " + data.resolve("second"), "failed    two/bad.jpg at");
            assertThat(StartAnnouncement.of(program.context(), 0)).anyMatch(line -> line.startsWith("  watches  ")
                            && line.contains("first (one, bolts/1)") && line.contains("second (two, gears/1)"))
                    .anyMatch(line -> line.contains("end in " + data.resolve("done/one") + ", " + data.resolve("done/two")));
            assertThat(new Explanation(program.context(), settings, null).of(Path.of("two/line/a.jpg")).orElseThrow())
                    .startsWith("two/line/a.jpg is done").contains("model        gears/1", "gears/two/line/a.jpg.json",
                            "of this model with these options").doesNotContain("bolts/1");
            assertThat(new Explanation(program.context(), settings, null).of(data.resolve("done/one/line/a.jpg")).orElseThrow())
                    .startsWith("one/line/a.jpg is done").contains("model        bolts/1").doesNotContain("gears/1");
            assertThat(new Explanation(program.context(), settings, null).of(Path.of("line/a.jpg")).orElseThrow())
                    .contains("one/line/a.jpg is done", "two/line/a.jpg is done");
        }
    }

    @Test
    void afterACrashAnImageGoesBackToItsOwnModel() throws IOException {
        for (String watch : List.of("one", "two", "gone")) {
            create("work/" + watch + "/5d-1/line/a.jpg");
            Files.writeString(data.resolve("work/" + watch + "/.lock"), "running");
        }
        try (WatchedFolder program = program().start()) {
            await().until(() -> program.files("done").size() == 2);

            assertThat(program.files("results")).containsExactly("fasteners/one/line/a.jpg.json", "gears/two/line/a.jpg.json");
            WatchRoutes.warnOfLeftImages(settings(program.context()));
        }
        assertThat(log.with(data.resolve("work/gone").toString())).singleElement().asString()
                .contains("An image of an earlier run is in", "which is of no folder that is watched now");
    }

    @Test
    void theOnlyInboxTakesNoImagesOfOthersAfterACrash() throws IOException {
        create("work/one/5d-1/a.jpg");
        Files.writeString(data.resolve("work/one/.lock"), "running");
        create("work/5e-1/b.jpg");
        try (WatchedFolder program = new WatchedFolder(data).with(ScriptedEngine.finding()).start()) {
            await().until(() -> program.files("done").size() == 1);

            assertThat(program.files("done")).containsExactly("b.jpg");
            assertThat(data.resolve("work/one/5d-1/a.jpg")).exists();
        }
        assertThat(log.with("of other inboxes")).singleElement().asString().contains("An image is in sub-folders of");
    }

    @Test
    void onlyTheFolderWaitsWhoseModelIsDown() throws IOException {
        isDown.set(true);
        try (WatchedFolder program = program().start()) {
            create("second/a.jpg");
            await().until(() -> health(program, "watch-two") == HealthCheck.State.DOWN);
            create("first/a.jpg");
            await().until(() -> program.files("done").size() == 1);

            assertThat(health(program, "watch-one")).isEqualTo(HealthCheck.State.UP);
            assertThat(program.isSuspended("watch-one")).isFalse();
            assertThat(status(program))
                    .containsPattern("suspended watch-two since [\\d :-]+: the server is down")
                    .doesNotContain("suspended watch-one");
            assertThat(program.files("failed")).isEmpty();

            isDown.set(false);
            await().until(() -> program.files("done").size() == 2);
        }
    }

    private void copyModel(String id) throws IOException {
        Path model = Files.createDirectories(data.resolve("models").resolve(id));
        try (Stream<Path> files = Files.list(Path.of("config/models/parts-detect/1"))) {
            for (Path file : files.toList()) {
                Files.copy(file, model.resolve(file.getFileName()));
            }
        }
    }

    private WatchedFolder withModelOfTwo(String id) {
        return new WatchedFolder(data).with("routes", "watch-folders").with("watch.one.inbox", data.resolve("first").toString())
                .with("watch.two.inbox", data.resolve("second").toString()).with("watch.two.model", id)
                .with("camel.component.roboflow.modelsDirectory", data.resolve("models").toString());
    }

    /** A disk that is not mounted leaves an empty folder. */
    @Test
    void onlyTheFolderWaitsWhoseModelIsAwayAtTheStart() throws IOException {
        copyModel("parts-detect/1");
        Files.createDirectories(data.resolve("models/line-2/1"));
        Files.createDirectories(data.resolve("inbox"));
        try (WatchedFolder program = withModelOfTwo("line-2/1").start()) {
            program.drop("gears.jpg", "../second/a.jpg");
            program.drop("gears.jpg", "../first/a.jpg");
            await().until(() -> program.files("done").size() == 1);

            assertThat(program.files("done")).containsExactly("one/a.jpg");
            assertThat(health(program, "watch-one")).isEqualTo(HealthCheck.State.UP);
            assertThat(health(program, "watch-two")).isEqualTo(HealthCheck.State.DOWN);
            assertThat(status(program))
                    .containsPattern("suspended watch-two since [\\d :-]+: Model 'line-2/1' can't be used");
            assertThat(log.with("watch-two waits")).singleElement().asString().contains("Model 'line-2/1' can't be used");

            copyModel("line-2/1");
            await().until(() -> program.files("done").size() == 2);
            await().until(() -> health(program, "watch-two") == HealthCheck.State.UP);
            assertThat(program.files("failed")).isEmpty();
        }
    }

    /** A link to a folder on a disk that is not mounted. */
    private Path away(String folder) throws IOException {
        Path disk = data.resolve("disk-of-" + folder);
        Files.createSymbolicLink(data.resolve(folder), disk.resolve(folder));
        return disk;
    }

    private String status(WatchedFolder program) {
        WorkMonitor monitor = WorkMonitor.of(program.context(), settings(program.context()).images());
        return new StatusReport(program.context(), monitor, null, "").text();
    }

    @Test
    void onlyTheFolderWaitsThatIsAwayAtTheStart() throws IOException {
        Path disk = away("second");
        try (WatchedFolder program = program().start()) {
            await().until(() -> health(program, "watch-two") == HealthCheck.State.DOWN);
            create("first/a.jpg");
            await().until(() -> program.files("done").size() == 1);

            assertThat(health(program, "watch-one")).isEqualTo(HealthCheck.State.UP);
            assertThat(status(program)).containsPattern("suspended watch-two since [\\d :-]+: the folder .*second is not there");
            assertThat(disk).doesNotExist();
            assertThat(log.with(data.toString())).singleElement().asString()
                    .contains("watch-two waits", "second is a link to " + disk, "mount its disk");

            create("disk-of-second/second/a.jpg");
            await().until(() -> program.files("done").size() == 2);
            await().until(() -> health(program, "watch-two") == HealthCheck.State.UP);
            assertThat(program.files("results")).containsExactly("fasteners/one/a.jpg.json", "gears/two/a.jpg.json");
        }
    }

    @Test
    void aFolderWhoseModelIsAwayTooWaitsForBoth() throws IOException {
        copyModel("parts-detect/1");
        Files.createDirectories(data.resolve("models/line-2/1"));
        Path disk = away("second");
        try (WatchedFolder program = withModelOfTwo("line-2/1").start()) {
            await().until(() -> log.with("watch-two waits").size() == 2);
            Path inbox = Files.createDirectories(disk.resolve("second"));
            await().until(() -> status(program).contains("Model 'line-2/1' can't be used"));
            Files.copy(WatchedFolder.SAMPLES.resolve("gears.jpg"), inbox.resolve("a.jpg"));
            assertThat(program.isSuspended("watch-two")).isTrue();

            copyModel("line-2/1");
            await().until(() -> program.files("done").size() == 1);
            assertThat(program.files("failed")).isEmpty();
        }
    }

    @Test
    void theNameOfAModelThatDoesNotExistEndsTheStart() throws IOException {
        copyModel("parts-detect/1");

        assertThatThrownBy(() -> withModelOfTwo("parts-detect/2").start())
                .hasStackTraceContaining("there is no folder 'parts-detect/2' in the models directory");
    }

    @Test
    void onlyTheFolderWaitsWhoseDiskIsAway() throws IOException {
        Path away = data.resolve("away");
        try (WatchedFolder program = program().with("watch.two.done", away.toString()).start()) {
            Files.delete(away);
            Files.createFile(away);
            create("second/a.jpg");
            await().until(() -> status(program).contains("suspended " + data.resolve("second") + " since "));
            assertThat(status(program)).contains("images can't be moved out of " + data.resolve("work/two"));
            create("first/a.jpg");
            create("first/b.jpg");
            await().until(() -> program.files("done").size() == 2);

            Files.delete(away);
            await().until(() -> program.files("away").size() == 1);
            assertThat(program.files("results")).containsExactly("fasteners/one/a.jpg.json", "fasteners/one/b.jpg.json",
                    "gears/two/a.jpg.json");
        }
    }

    /** The log alone told it. */
    @Test
    void anInboxThatIsGoneWhileTheProgramRunsIsToldByStatusAndHealth() throws IOException {
        try (WatchedFolder program = program().start()) {
            Files.delete(data.resolve("second"));
            await().until(() -> status(program).contains("suspended " + data.resolve("second") + " since "));

            assertThat(status(program)).contains("second can't be listed").doesNotContain("first can't be listed");
            assertThat(health(program, data.resolve("second").toString())).isEqualTo(HealthCheck.State.DOWN);
            assertThat(health(program, data.resolve("first").toString())).isEqualTo(HealthCheck.State.UP);

            create("second/a.jpg");
            await().until(() -> program.files("done").size() == 1);
            await().until(() -> !status(program).contains("suspended"));
        }
    }

    /** The steps that the README shows. */
    @Test
    void conditionsMayAskForTheFolder() throws IOException {
        String steps = Pattern.compile("```yaml\n(.*?)```\n", Pattern.DOTALL).matcher(Files.readString(Path.of("README.md")))
                .results().map(block -> block.group(1)).filter(block -> block.contains("CamelRoboflowWatch")).findFirst()
                .orElseThrow()
                .replace("line-1", "two").replace("scratch", "gear");
        Path table = new RoutingTable().otherwise("kamelet:folder?name=rest").write(data);
        Files.writeString(table, Files.readString(table).replaceFirst("(?s)(direct:by-class\\s+steps:\n)",
                "$1" + Pattern.compile("\\$").matcher(steps.indent(8)).replaceAll("\\\\\\$")));
        int port = FreePorts.free();
        try (WatchedFolder program = program().with("camel.main.routesIncludePattern",
                "file:routes/{{routes}}.camel.yaml,file:" + table).with("model", "gears/1").with("page.enabled", "true")
                .with("page.port", String.valueOf(port)).start()) {
            create("first/a.jpg");
            create("second/a.jpg");
            await().until(() -> program.files("done").size() == 2);

            assertThat(program.files("results")).hasSize(2).contains("rest/one/a.jpg.json")
                    .anyMatch(result -> result.endsWith("/two/a.jpg.json") && !result.startsWith("rest"));
            assertThat(new Explanation(program.context(), settings(program.context()), null).of(Path.of("one/a.jpg")).orElseThrow())
                    .contains("else         → ").doesNotContain("true         gear");
            checkRehearsal(port);
        }
    }

    /** The condition {@code gear >= 0.7} is in force for the folder two alone, and both images have a gear. */
    private static void checkRehearsal(int port) {
        await().ignoreExceptions().until(() -> ask(port, "/live").path("results").size() == 2);
        Map<String, Integer> numbers = new HashMap<>();
        ask(port, "/live").path("results").forEach(result ->
                numbers.put(result.path("image").asText(), result.path("number").asInt()));
        String rehearsal = "/rehearsal?condition=gear&against=gear+%3E%3D+0.7";

        JsonNode all = ask(port, rehearsal);
        assertThat(all.path("selected")).hasSize(2);
        assertThat(all.path("gained").toString()).isEqualTo("[" + numbers.get("one/a.jpg") + "]");
        assertThat(all.path("lost")).isEmpty();
        JsonNode two = ask(port, rehearsal + "&watch=two");
        assertThat(two.path("selected").toString()).isEqualTo("[" + numbers.get("two/a.jpg") + "]");
        assertThat(two.path("tested").asInt()).isEqualTo(1);
        assertThat(two.path("gained")).isEmpty();
        assertThat(ask(port, "/result/" + numbers.get("two/a.jpg")).path("conditions").toString()).contains("gear >= 0.7");
        assertThat(ask(port, "/result/" + numbers.get("one/a.jpg")).path("conditions").toString()).doesNotContain("gear >= 0.7");
    }

    private static JsonNode ask(int port, String path) {
        return Wire.ask(port, "GET", path, new String[0], null).json();
    }
}
