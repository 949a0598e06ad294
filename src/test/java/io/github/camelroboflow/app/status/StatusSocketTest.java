package io.github.camelroboflow.app.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.camelroboflow.LogLines;
import io.github.camelroboflow.app.status.StatusSocket.Answers;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class StatusSocketTest {

    private static final Answers SILENT = new Answers(List.of(), 1, Optional.empty());

    @TempDir
    Path work;
    @RegisterExtension
    final LogLines log = new LogLines();

    private List<Path> sockets() throws IOException {
        try (Stream<Path> files = Files.list(work)) {
            return files.toList();
        }
    }

    private static List<String> ask(Path folder, String request) throws IOException {
        return StatusSocket.ask(folder, request, Duration.ofMinutes(1)).texts();
    }

    /** A suspended program takes connections and does not read from them. */
    @Test
    void aProgramThatDoesNotAnswerIsAskedForALimitedTime() throws IOException {
        try (ServerSocketChannel suspended = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            suspended.bind(UnixDomainSocketAddress.of(work.resolve(".status-suspended")));

            assertThat(StatusSocket.ask(work, "status", Duration.ofMillis(100))).isEqualTo(SILENT);
        }
    }

    @Test
    void aSuspendedProgramIsNamedHoweverOftenItWasAsked() throws IOException {
        try (ServerSocketChannel suspended = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            suspended.bind(UnixDomainSocketAddress.of(work.resolve(".status-suspended")), 1);

            for (int i = 0; i < 5; i++) {
                assertThat(StatusSocket.ask(work, "status", Duration.ofMillis(1))).isEqualTo(SILENT);
            }
            try (StatusSocket another = StatusSocket.open(work, line -> "").orElseThrow()) {
                assertThat(another).as("its start does not wait for the suspended one").isNotNull();
            }
        }
    }

    @Test
    void aProgramAnswersUntilItEnds() throws IOException {
        try (StatusSocket socket = StatusSocket.open(work, line -> "answer to " + line).orElseThrow()) {
            assertThat(socket).isNotNull();
            assertThat(ask(work, "status")).containsExactly("answer to status");
            assertThat(ask(work, "zahnräder")).containsExactly("answer to zahnräder");
        }
        assertThat(sockets()).isEmpty();
        assertThat(ask(work, "status")).isEmpty();
        assertThat(ask(work.resolve("gone"), "status")).isEmpty();
    }

    @Test
    void twoProgramsInOneFolderBothAnswer() throws IOException {
        try (StatusSocket first = StatusSocket.open(work, line -> "first").orElseThrow();
                StatusSocket second = StatusSocket.open(work, line -> "second").orElseThrow()) {
            assertThat(first).isNotSameAs(second);
            assertThat(ask(work, "status")).containsExactlyInAnyOrder("first", "second");
        }
    }

    @Test
    void onlyItsOwnUserCanAsk() throws IOException {
        assumeTrue(Files.getFileStore(work).supportsFileAttributeView("posix"));
        try (StatusSocket socket = StatusSocket.open(work, line -> "").orElseThrow()) {
            assertThat(socket).isNotNull();
            assertThat(sockets()).singleElement().satisfies(file ->
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------"));
        }
    }

    @Test
    void theSocketOfAKilledProgramIsReplacedAndOneThatJustStartsIsNot() throws IOException {
        Path killed = work.resolve(".status-killed");
        Path starting = work.resolve(".status-starting");
        for (Path left : List.of(killed, starting)) {
            try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                channel.bind(UnixDomainSocketAddress.of(left));
            }
        }
        Files.setLastModifiedTime(killed, FileTime.from(Instant.now().minus(Duration.ofMinutes(1))));

        assertThat(ask(work, "status")).isEmpty();
        try (StatusSocket socket = StatusSocket.open(work, line -> "here").orElseThrow()) {
            assertThat(socket).isNotNull();
            assertThat(ask(work, "status")).containsExactly("here");
            assertThat(killed).doesNotExist();
            assertThat(starting).exists();
        }
    }

    @Test
    void anAnswerThatFailsIsSaidAndTheNextOneComes() throws IOException {
        try (StatusSocket socket = StatusSocket.open(work, line -> {
            if (line.equals("wrong")) {
                throw new IllegalStateException("no answer");
            }
            return line;
        }).orElseThrow()) {
            assertThat(socket).isNotNull();
            assertThat(ask(work, "wrong")).singleElement().asString().contains("can't answer now", "no answer");
            assertThat(ask(work, "right")).containsExactly("right");
        }
    }

    /** Another program may use a shorter path to the same folder. */
    @Test
    void aSocketThatCanNotBeAskedStays() throws IOException {
        Path socket = Files.createFile(Files.createDirectory(work.resolve("a".repeat(100))).resolve(".status-another"));
        Files.setLastModifiedTime(socket, FileTime.from(Instant.now().minus(Duration.ofMinutes(1))));

        assertThat(StatusSocket.open(socket.getParent(), line -> "")).isEmpty();
        assertThat(socket).exists();
    }

    @Test
    void aPathThatIsTooLongForASocketIsSaid() throws IOException {
        Path deep = work.resolve("a".repeat(100));

        assertThat(StatusSocket.open(deep, line -> "")).isEmpty();
        assertThat(log.with(deep.toString())).singleElement().asString().contains("has more: set work to a shorter one");
    }
}
