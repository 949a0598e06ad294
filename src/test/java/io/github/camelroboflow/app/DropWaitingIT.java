package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.fixture.FreePorts;
import io.github.camelroboflow.app.fixture.RoutingTable;
import io.github.camelroboflow.app.fixture.ScriptedEngine;
import io.github.camelroboflow.app.status.StatusSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results that wait for a destination that is gone are listed and dropped by commands, and nothing is dropped in silence. */
class DropWaitingIT {

    @TempDir
    Path data;

    private String run(int exitCode, ToIntFunction<Questions> command) {
        return run(exitCode, Duration.ofMinutes(1), command);
    }

    private String run(int exitCode, Duration longest, ToIntFunction<Questions> command) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(text, true, StandardCharsets.UTF_8);
        int code = command.applyAsInt(new Questions(out, out, () -> List.of(data.resolve("work")), longest));
        assertThat(code).as(text.toString(StandardCharsets.UTF_8)).isEqualTo(exitCode);
        return text.toString(StandardCharsets.UTF_8);
    }

    private boolean drops(String id) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        return new Questions(nowhere, nowhere, () -> List.of(data.resolve("work")), Duration.ofMinutes(1)).drop(id, true) == 0;
    }

    @Test
    void resultsForADestinationThatIsGoneAreListedAndDropped() throws IOException {
        String receiver = "http://localhost:" + FreePorts.free();
        try (WatchedFolder folder = new WatchedFolder(data).with(ScriptedEngine.finding(ScriptedEngine.at(1, 1, "gear")))
                .with("outbox.retryAfter", "1h").with("outbox.maxRetryAfter", "1h")
                .with(new RoutingTable().whenAtWebhook("gear", receiver + "/hook")).start();
                StatusSocket socket = StatusSocket.open(data.resolve("work"), folder::answer).orElseThrow()) {
            assertThat(socket).isNotNull();
            folder.drop(new byte[] {1}, "line/a.jpg");
            folder.drop(new byte[] {2}, "b.jpg");
            await().until(() -> folder.files("done").size() == 2);
            await().until(() -> run(0, questions -> questions.waiting("")).contains("which is down"));

            String listed = run(0, questions -> questions.waiting(""));
            assertThat(listed).contains("  2 wait for " + receiver + " since ").doesNotContain("/hook");
            String id = listed.substring(0, listed.indexOf(' '));
            assertThat(run(0, questions -> questions.waiting(id))).contains("line/a.jpg since ", "b.jpg since ", "tries so far");
            assertThat(run(0, questions -> questions.waiting("nix"))).contains("Nothing waits in the outbox for a destination nix");
            assertThat(run(1, questions -> questions.drop("nix", true))).contains("There is no destination nix");
            assertThat(run(2, questions -> questions.drop(id, false))).contains("Nothing was dropped", "--confirm");
            assertThat(folder.files("refused")).isEmpty();

            // a result whose first try has not ended stays
            await().until(() -> drops(id));

            assertThat(run(0, questions -> questions.waiting(""))).contains("Nothing waits in the outbox");
            assertThat(folder.files("refused")).hasSize(2).allMatch(file -> file.startsWith("dropped/"));
            assertThat(folder.answer("explain b.jpg")).contains("  dropped      for " + receiver + " at ",
                    "dropped on request after ");
        }
        assertThat(run(1, questions -> questions.waiting(""))).contains("No program answers in " + data.resolve("work"));
        assertThat(run(1, questions -> questions.drop("0123456789abcdef", true))).contains("No program answers in ");
    }

    @Test
    void aSuspendedProgramIsNamed() throws IOException {
        Files.createDirectories(data.resolve("work"));
        try (ServerSocketChannel suspended = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            suspended.bind(UnixDomainSocketAddress.of(data.resolve("work/.status-suspended")));

            assertThat(run(1, Duration.ofMillis(100), Questions::status)).contains("has not answered for", "it is suspended");
        }
    }
}
