package io.github.camelroboflow.delivery.folder;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.delivery.folder.CrashCounter.IsolationGate;
import io.github.camelroboflow.delivery.source.ImageNameFilter.LoggedNames;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LoggedNamesTest {

    /** Names were remembered for ever, or after ten thousand names no more were logged. */
    @Test
    void theOldestNamesAreForgotten() {
        LoggedNames named = new LoggedNames();
        for (int i = 0; i < 30_000; i++) {
            assertThat(named.add("name " + i)).isTrue();
        }

        assertThat(named.size()).isEqualTo(10_000);
        assertThat(named.add("name 29999")).isFalse();
        assertThat(named.add("name 1")).isTrue();
    }

    @Test
    void whatMayHaveKilledTheProgramIsLetInAlone() {
        IsolationGate gate = new IsolationGate();
        Path suspect = Path.of("").toAbsolutePath();
        Path other = suspect.resolve("other");

        assertThat(gate.admits(suspect, true, 2)).isFalse();
        assertThat(gate.admits(other, false, 2)).as("others wait, so that its turn comes").isFalse();
        assertThat(gate.admits(suspect, true, 0)).isTrue();
        assertThat(gate.admits(other, false, 1)).isFalse();
        assertThat(gate.admits(other, false, 0)).isTrue();
    }
}
