package io.github.camelroboflow.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.app.fixture.ProgramProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders that are separate mounts of one file system, as in containers. A kill left half an image in done. */
class TwoMountsIT {

    @TempDir
    Path data;

    @ParameterizedTest
    @ValueSource(strings = {"inbox", "work", "done", "failed"})
    void aFolderOnAMountOfItsOwnStopsTheStart(String folder) throws IOException {
        Path mounted = Files.createDirectories(data.resolve(folder));
        ShellCommands.demand("two mounts", List.of("mount", "--bind", Files.createDirectory(data.resolve("other")).toString(),
                mounted.toString()));
        try (ProgramProcess program = ProgramProcess.start(data, Map.of())) {
            assertThat(program.exitCode()).isEqualTo(2);
            assertThat(program.output()).startsWith("Cannot start: images can't be renamed from ").contains(mounted.toString(),
                    "two mounts", "mounting the folder that holds both").doesNotContain("\tat ");
            for (String each : List.of("inbox", "done", "failed")) {
                assertThat(data.resolve(each)).isEmptyDirectory();
            }
        } finally {
            assertThat(ShellCommands.run(List.of("umount", mounted.toString()))).isTrue();
        }
    }
}
