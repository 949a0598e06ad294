package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.app.fixture.RoutingTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of the conditions is saved while the program runs. */
class ConditionsReloadIT {

    private static final String IN_USE = "by-class.camel.yaml has changed and is in use now";

    @TempDir
    Path data;

    private ProgramProcess start() throws IOException {
        Files.createDirectories(data.resolve("inbox"));
        gearsTo("gears");
        ProgramProcess program = ProgramProcess.start(data, Map.of("inbox.unchangedFor", "0", "camel.main.routesIncludePattern",
                "file:routes/watch-folder.camel.yaml,file:" + data.resolve("by-class.camel.yaml")));
        await().until(() -> program.output().contains("camel-roboflow runs") || !program.isAlive());
        return program;
    }

    private void gearsTo(String name) {
        new RoutingTable().when("gear", "kamelet:folder?name=" + name).otherwise("kamelet:folder?name=others").write(data);
    }

    private static void awaitOutput(ProgramProcess program, String text) {
        await().until(() -> program.output().contains(text) || !program.isAlive());
        assertThat(program.output()).contains(text);
    }

    private void drop(String sample, String name) {
        new WatchedFolder(data).drop(sample, name);
    }

    private void awaitFile(String name) {
        await().until(() -> Files.exists(data.resolve(name)));
    }

    @Test
    void aChangeIsInUseSecondsAfterItWasSaved() throws IOException {
        try (ProgramProcess program = start()) {
            drop("gears.jpg", "a.jpg");
            awaitFile("results/gears/a.jpg.json");

            gearsTo("wheels");
            awaitOutput(program, IN_USE);
            drop("gears.jpg", "b.jpg");

            awaitFile("results/wheels/b.jpg.json");
            assertThat(data.resolve("results/gears/b.jpg.json")).doesNotExist();
        }
    }

    @Test
    void aWrongFileIsToldAndTheRoutesFromBeforeStay() throws IOException {
        try (ProgramProcess program = start()) {
            new RoutingTable().when("gear >=", "kamelet:folder?name=wheels").when("bolt", "kamelet:foldr?name=bolts")
                    .otherwise("kamelet:folder?name=others").write(data);
            awaitOutput(program, "has 2 mistakes, so that the routes from before the change stay in use");
            awaitOutput(program, "there is no destination foldr");
            assertThat(program.output()).doesNotContain("\tat ");

            Path file = data.resolve("by-class.camel.yaml");
            Files.writeString(file, Files.readString(file).replace("gear >=", "gear").replace("foldr", "folder")
                    .replace("direct:by-class", "direct:by-clas"));
            awaitOutput(program, "no route begins with direct://by-class any more");

            drop("gears.jpg", "a.jpg");
            awaitFile("results/gears/a.jpg.json");

            gearsTo("wheels");
            awaitOutput(program, IN_USE);
        }
    }

    @Test
    void imagesThatComeMeanwhileAreDone() throws IOException {
        try (ProgramProcess program = start()) {
            int count = 40;
            for (int i = 0; i < count; i++) {
                drop("gears.jpg", i + ".jpg");
                if (i == count / 4) {
                    gearsTo("wheels");
                }
            }
            awaitOutput(program, IN_USE);
            drop("gears.jpg", count + ".jpg");

            WatchedFolder folder = new WatchedFolder(data);
            await().until(() -> folder.files("done").size() == count + 1);
            assertThat(folder.files("failed")).isEmpty();
            assertThat(folder.files("results")).hasSize(count + 1).contains("wheels/" + count + ".jpg.json");
        }
    }
}
