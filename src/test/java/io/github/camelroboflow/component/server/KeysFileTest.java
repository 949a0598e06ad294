package io.github.camelroboflow.component.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysFileTest {

    @Test
    void commentsAreNoKeysHoweverFarTheyAreIndented(@TempDir Path directory) throws IOException {
        RoboflowServerConfiguration configuration = new RoboflowServerConfiguration();
        Path file = Files.writeString(directory.resolve("keys"), "# the line's\nkey-1\n  # the other line's\n\tkey-2\n\n");
        configuration.setKeysFile(file.toString());

        assertThat(configuration.settings("localhost", 0).keys().size()).isEqualTo(2);
    }
}
