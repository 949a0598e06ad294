package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.fixture.FreePorts;
import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.app.fixture.RoutingTable;
import io.github.camelroboflow.app.status.StatusSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
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
    @DisabledOnOs(OS.WINDOWS)
    void aUserWhoMayNotAskWasToldThatNoneRuns() throws IOException {
        Path work = Files.createDirectories(data.resolve("work"));
        String refusal = "This user may not ask the program that works in " + work + ": only the user "
                + Files.getOwner(work).getName() + " may.";
        try (StatusSocket socket = StatusSocket.open(work, question -> "here\n").orElseThrow()) {
            assertThat(socket).isNotNull();
            try (Stream<Path> files = Files.list(work)) {
                Files.setPosixFilePermissions(files.findFirst().orElseThrow(), Set.of());
            }
            assertThat(plain("status")).contains(refusal).doesNotContain("none runs");

            Files.setPosixFilePermissions(work, Set.of());
            assertThat(plain("status")).contains(refusal);
            assertThat(plain("waiting")).contains(refusal);
        } finally {
            Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwx------"));
        }
    }

    private String plain(String question) {
        try (ProgramProcess command = ProgramProcess.plainCommand(data, Map.of(), question)) {
            assertThat(command.exitCode()).as(command.output()).isEqualTo(1);
            return command.output();
        }
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
