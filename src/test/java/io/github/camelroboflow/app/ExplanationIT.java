package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.Samples.ShippedConfiguration;
import io.github.camelroboflow.app.fixture.FreePorts;
import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.app.fixture.RoutingTable;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command explain, beside a program that runs and without one. */
class ExplanationIT {

    @TempDir
    Path data;

    private String explain(Map<String, String> properties, String file, int exitCode) {
        try (ProgramProcess command = ProgramProcess.command(data, properties, "explain", file)) {
            assertThat(command.exitCode()).as(command.output()).isEqualTo(exitCode);
            return command.output();
        }
    }

    @Test
    void itTellsTheSameWhetherTheProgramRunsOrNot() {
        WatchedFolder folder = new WatchedFolder(data);
        String receiver = "http://localhost:" + FreePorts.free();
        Path table = new RoutingTable().whenAtWebhook("gear >= 0.5", receiver + "/hook")
                .when("count(gear) > 90", "kamelet:folder?name=many")
                .when("gear and not bolt", "kamelet:folder?name=gears").write(data);
        Map<String, String> properties = Map.of("inbox.unchangedFor", "0",
                "camel.main.routesIncludePattern", "file:routes/{{routes}}.camel.yaml,file:" + table);
        folder.drop("gears.jpg", "line/my gears.jpg");
        folder.drop(new byte[] {1, 2, 3}, "broken.jpg");
        String beside;
        try (ProgramProcess program = ProgramProcess.start(data, properties)) {
            await().until(() -> folder.files("done").size() == 1 && folder.files("failed").size() == 2);
            beside = explain(properties, data.resolve("done/line/my gears.jpg").toString(), 0);

            assertThat(explain(properties, "broken.jpg", 0)).contains("broken.jpg failed since", "  reason       'broken.jpg'",
                    "attempts     1, the last at", "delivered    to none");
            assertThat(explain(properties, "nix.jpg", 1)).contains("There is no image nix.jpg in the folders");
            program.interrupt();
            program.exitCode();
        }
        assertThat(beside).contains("line/my gears.jpg is done since", "parts-detect/1, object-detection, weights "
                + ShippedConfiguration.MODEL_HASH, "gears/line/my gears.jpg.json, of this model with these options",
                "true         gear >= 0.5", "→ webhook " + receiver, "false        count(gear) > 90", "bolt: none",
                "→ " + data.resolve("results/gears") + ": has it since", "outbox       waits for " + receiver + " since")
                .doesNotContain("/hook", "results/many");

        folder.drop("gears.jpg", "later.jpg");
        assertThat(explain(properties, data.resolve("inbox/later.jpg").toString(), 0)).startsWith("later.jpg waits since");
        assertThat(explain(properties, data.resolve("results/gears/line/my gears.jpg.json").toString(), 0)
                .replaceAll("\\d+ tries", "")).isEqualTo(beside.replaceAll("\\d+ tries", ""));
    }

    /** The result of an image whose destinations are all elsewhere is in no folder. */
    @Test
    void withoutAStoredResultTheModelRunsAgain() {
        WatchedFolder folder = new WatchedFolder(data);
        Path table = new RoutingTable().whenAtWebhook("*", "http://localhost:" + FreePorts.free() + "/hook").write(data);
        Map<String, String> properties = Map.of("inbox.unchangedFor", "0",
                "camel.main.routesIncludePattern", "file:routes/{{routes}}.camel.yaml,file:" + table);
        folder.drop("gears.jpg", "gears.jpg");
        try (ProgramProcess program = ProgramProcess.start(data, properties)) {
            await().until(() -> folder.files("done").size() == 1);

            assertThat(explain(properties, "gears.jpg", 0)).contains("result       of a new run of the model",
                    "found        5: gear", "outbox       waits for");
            program.interrupt();
            program.exitCode();
        }
        assertThat(folder.files("results")).isEmpty();
    }
}
