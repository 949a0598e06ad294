package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.fixture.FreePorts;
import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.app.fixture.RoutingTable;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command status asks a program in a process of its own. */
class StatusIT {

    private static final Pattern DONE = Pattern.compile("(\\d) images? done.* in \\d+ s");
    private static final Pattern FAILED = Pattern.compile(", (\\d) failed in \\d+ s");

    @TempDir
    Path data;

    private String status(int exitCode) {
        try (ProgramProcess command = ProgramProcess.command(data, Map.of(), "status")) {
            assertThat(command.exitCode()).as(command.output()).isEqualTo(exitCode);
            return command.output();
        }
    }

    /** Returns the sum of a number over the lines of the summary, each of which may hold a part of the images only. */
    private static int sum(Pattern number, String output) {
        return number.matcher(output).results().mapToInt(line -> Integer.parseInt(line.group(1))).sum();
    }

    @Test
    void itTellsWhatIsDoneWhatFailedAndWhatWaitsForWhom() {
        WatchedFolder folder = new WatchedFolder(data);
        String receiver = "http://localhost:" + FreePorts.free();
        Path table = new RoutingTable().whenAtWebhook("*", receiver + "/hook").write(data);
        folder.drop("gears.jpg", "gears.jpg");
        folder.drop("gears.jpg", "line/again.jpg");
        folder.drop(new byte[] {1, 2, 3}, "broken.jpg");
        folder.drop(new byte[] {1}, "notes.txt");
        try (ProgramProcess program = ProgramProcess.start(data, Map.of("inbox.unchangedFor", "0", "log.summary", "1",
                "camel.main.routesIncludePattern", "file:routes/{{routes}}.camel.yaml,file:" + table))) {
            await().until(() -> folder.files("done").size() == 2 && folder.files("failed").size() == 2);
            await().until(() -> program.output().contains("is down") || program.output().contains("images done"));
            await().untilAsserted(() -> assertThat(status(0)).contains("which is down"));

            assertThat(status(0)).contains("camel-roboflow runs watch-folder since", "done      2, 1 failed", "gear 2",
                    "in work   0", "waiting   0 in " + data.resolve("inbox"), "outbox    2 wait for " + receiver + " since",
                    "failed    broken.jpg at ").doesNotContain("/hook", "suspended");
            await().until(() -> sum(DONE, program.output()) == 2 && sum(FAILED, program.output()) == 1);

            program.interrupt();
            program.exitCode();
            assertThat(program.output()).contains("Since the start: 2 images done, 1 failed");
        }
        assertThat(status(1)).contains("No program answers in " + data.resolve("work"));
    }

    @Test
    void itTellsWhyARouteIsSuspended() {
        WatchedFolder folder = new WatchedFolder(data);
        folder.drop("gears.jpg", "gears.jpg");
        try (ProgramProcess program = ProgramProcess.start(data, Map.of("inbox.unchangedFor", "0", "outage.retryAfter", "1h",
                "outage.maxRetryAfter", "1h", "camel.component.roboflow.runtime", "hosted", "camel.component.roboflow.apiKey", "k",
                "camel.component.roboflow.maxRetries", "0",
                "camel.component.roboflow.apiUrl", "http://localhost:" + FreePorts.free()))) {
            await().until(() -> program.output().contains("waits, its images stay"));

            assertThat(status(0)).contains("suspended watch-folder since ", "localhost", "waiting   1 in ",
                    "done      0, 0 failed");
        }
    }
}
