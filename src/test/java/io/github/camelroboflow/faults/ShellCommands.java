package io.github.camelroboflow.faults;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Commands of the system that require Linux and root. */
final class ShellCommands {

    private ShellCommands() {
    }

    /**
     * Skips the test with a message if a command does not succeed.
     *
     * @param shown the fault that the test shows, such as a full disk
     */
    static void demand(String shown, List<String> command) {
        Assumptions.assumeTrue(run(command), "not shown here, since this machine does not permit it: " + shown + " ("
                + String.join(" ", command) + ")");
    }

    /** Runs a command and returns whether it succeeds. */
    static boolean run(List<String> command) {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start()
                    .waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
