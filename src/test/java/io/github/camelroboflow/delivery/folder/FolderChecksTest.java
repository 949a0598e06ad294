package io.github.camelroboflow.delivery.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderChecksTest {

    @Test
    void aFolderThatCanBeMadeIsTriedWithoutMakingIt(@TempDir Path data) {
        FolderChecks.require("results", data.resolve("a/b").toString());

        assertThat(data).isEmptyDirectory();
    }

    @Test
    void aFileInTheWayIsNamed(@TempDir Path data) throws IOException {
        Path file = Files.createFile(data.resolve("file"));

        assertThatIllegalArgumentException().isThrownBy(() -> FolderChecks.require("results", file + "/results"))
                .withMessage("results=%1$s/results: the folder %1$s/results can't be created: %1$s is no folder", file);
    }

    /** The user root may write everywhere, by the permissions. */
    @Test
    void aFileSystemThatTakesNoFolderIsNamedToo() {
        assumeTrue(Files.isDirectory(Path.of("/proc/self")), "this system has no /proc");

        assertThatIllegalArgumentException().isThrownBy(() -> FolderChecks.require("results", "/proc/nix/results"))
                .withMessageContaining("results=/proc/nix/results: the folder /proc/nix/results can't be created");
    }
}
