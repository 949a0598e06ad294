package io.github.camelroboflow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.FreePorts;
import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.server.fixture.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A disk with watched folders that is mounted only after the start of the program. */
class AwayMountIT {

    @TempDir
    Path data;

    private Path share() {
        return data.resolve("share");
    }

    private Map<String, String> properties(String route, String prefix, int port) {
        Map<String, String> properties = new HashMap<>(Map.of("routes", route, "inbox.unchangedFor", "0",
                "outage.retryAfter", "200", "outage.maxRetryAfter", "200", "page.enabled", "true",
                "page.port", String.valueOf(port)));
        for (String folder : List.of("inbox", "work", "done", "failed")) {
            properties.put(prefix + folder, share().resolve(folder).toString());
        }
        if (!prefix.isEmpty()) {
            properties.put("watch.one.inbox", data.resolve("one").toString());
        }
        return properties;
    }

    private void drop(Path inbox) throws IOException {
        Path whole = Files.copy(WatchedFolder.SAMPLES.resolve("gears.jpg"), inbox.resolveSibling("whole"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.move(whole, inbox.resolve("a.jpg"));
    }

    private String status(Map<String, String> properties) {
        try (ProgramProcess command = ProgramProcess.command(data, properties, "status")) {
            assertThat(command.exitCode()).as(command.output()).isZero();
            return command.output();
        }
    }

    private void mount(String... options) {
        ShellCommands.demand("a disk that is mounted late", List.of("mount", "-t", "tmpfs", "-o", String.join(",", options), "none",
                share().toString()));
    }

    /** The mount point takes no folder at first, as one that belongs to root, and later it would. */
    @ParameterizedTest
    @CsvSource({"watch-folder,''", "watch-folders,watch.two."})
    void aFolderThatIsAwayAtTheStartIsWaitedForAndNotMadeBesideItsDisk(String route, String prefix) throws IOException {
        Files.createDirectories(share());
        mount("ro");
        int port = FreePorts.free();
        Map<String, String> properties = properties(route, prefix, port);
        String waiting = prefix.isEmpty() ? route : "watch-two";
        try (ProgramProcess program = ProgramProcess.start(data, properties)) {
            await().until(() -> program.output().contains("page     http"));
            if (!prefix.isEmpty()) {
                drop(data.resolve("one"));
                await().until(() -> Files.exists(data.resolve("done/one/a.jpg")));
            }
            String reason = "the folder " + share() + "/inbox can't be created in " + share() + ": mount its disk, or create it";
            assertThat(program.output().lines().filter(line -> line.contains("WARN"))).singleElement().asString()
                    .contains(waiting + " waits, its images stay where they are: " + reason);
            assertThat(status(properties)).contains("suspended " + waiting + " since ").contains(reason);
            assertThat(Wire.ask(port, "GET", "/live", new String[0], null).text()).contains(reason);
            assertThat(Wire.ask(port, "GET", "/observe/health", new String[0], null).text()).contains(reason);

            assertThat(ShellCommands.run(List.of("mount", "-o", "remount,rw", share().toString()))).isTrue();
            await().until(() -> program.output().contains(share() + "/inbox is not there: mount its disk, or create it"));
            assertThat(share()).isEmptyDirectory();

            mount("rw");
            drop(Files.createDirectory(share().resolve("inbox")));
            await().until(() -> Files.exists(share().resolve("done/a.jpg")));
            assertThat(status(properties)).doesNotContain("suspended");
            program.interrupt();
            program.exitCode();
            assertThat(program.output()).contains(waiting + " goes on").doesNotContain("\tat ");
            assertThat(ShellCommands.run(List.of("umount", share().toString()))).isTrue();
            assertThat(share()).isEmptyDirectory();
        } finally {
            ShellCommands.run(List.of("umount", "--recursive", share().toString()));
        }
    }
}
