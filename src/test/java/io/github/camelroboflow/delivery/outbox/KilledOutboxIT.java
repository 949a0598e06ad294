package io.github.camelroboflow.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.fixture.FreePorts;
import io.github.camelroboflow.delivery.failure.FailureClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Committed messages survive SIGKILL. */
class KilledOutboxIT {

    private static final int KILLS = 4;

    @TempDir
    Path data;

    private Process start(String destination, Path output) throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
                EndlessSource.class.getName(), data.toString(), destination).redirectErrorStream(true)
                .redirectOutput(output.toFile()).start();
    }

    private Path output() throws IOException {
        return Files.createTempFile(data, "output", ".txt");
    }

    /** Runs the program until it has committed some more results, and kills it. Returns the ids of the committed results. */
    private List<String> kill(String destination, int least) throws Exception {
        Path output = output();
        Process process = start(destination, output);
        try {
            await().until(() -> !process.isAlive() || committed(output).size() >= least);
            assertThat(process.isAlive()).as(Files.readString(output)).isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
        return committed(output);
    }

    private static List<String> committed(Path output) throws IOException {
        String text = Files.readString(output);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().filter(line -> line.startsWith("committed "))
                .map(line -> line.substring(10)).toList();
    }

    @Test
    void nothingThatWasCommittedIsLost() throws Exception {
        int port = FreePorts.free();
        Random random = new Random();
        List<String> committed = new ArrayList<>();
        for (int i = 0; i < KILLS / 2; i++) {
            committed.addAll(kill("http://127.0.0.1:" + port + "/", 50 + random.nextInt(200)));
        }
        try (Receiver receiver = new Receiver(port)) {
            // also killed while it sends
            for (int i = 0; i < KILLS / 2; i++) {
                committed.addAll(kill(receiver.url("/"), 50 + random.nextInt(200)));
            }
            try (OutboxProgram last = new OutboxProgram(data).start()) {
                await().until(() -> last.waiting() == 0);
            }
            List<String> received = receiver.ids();
            assertThat(Set.copyOf(received)).containsAll(committed);
            // at most the messages in flight at each kill
            assertThat(received.size() - Set.copyOf(received).size()).isLessThanOrEqualTo(KILLS * 8);
        }
    }

    @Test
    void aDatabaseThatAnotherProgramHasOpenIsAnOutageThatSaysSo() throws Exception {
        String nowhere = "http://127.0.0.1:" + FreePorts.free() + "/";
        Path output = output();
        Process other = start(nowhere, output);
        try (OutboxProgram program = new OutboxProgram(data)) {
            await().until(() -> !committed(output).isEmpty());
            program.start();

            assertThatThrownBy(() -> program.enqueue(nowhere, "one", "{}")).hasStackTraceContaining("is in use by another program")
                    .satisfies(error -> assertThat(FailureClassifier.outage(error)).isPresent());
            await().until(() -> program.health().contains("is in use by another program"));

            other.destroyForcibly().waitFor();

            await().ignoreExceptions().untilAsserted(() -> program.enqueue(nowhere, "one", "{}"));
            await().until(() -> !program.health().contains("another program"));
        } finally {
            other.destroyForcibly();
        }
    }

    /**
     * A program that adds one result after the other to an outbox and prints the id of each when it is committed, until it is
     * killed.
     */
    static final class EndlessSource {

        private EndlessSource() {
        }

        /** @param args the folder of the database, and the address of the destination */
        public static void main(String[] args) {
            OutboxProgram program = new OutboxProgram(Path.of(args[0])).start();
            for (int i = 0; true; i++) {
                String id = ProcessHandle.current().pid() + "-" + i;
                program.enqueue(args[1], id, "{\"number\": " + i + "}");
                System.out.println("committed " + id);
            }
        }
    }
}
