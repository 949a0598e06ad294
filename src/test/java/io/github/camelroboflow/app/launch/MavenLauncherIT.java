package io.github.camelroboflow.app.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.ProgramProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program in the JVM that Maven starts for it, as {@code mvn -q} does. */
class MavenLauncherIT {

    @TempDir
    Path data;

    private ProgramProcess start(Map<String, String> properties) {
        return ProgramProcess.startByMaven(data, properties, Map.of("LC_ALL", "C.UTF-8"));
    }

    @ParameterizedTest
    @CsvSource({"routes, replay, 0", "model, nix/1, 2"})
    void theExitCodeOfTheProgramIsThatOfMaven(String property, String value, int code) {
        try (ProgramProcess maven = start(Map.of(property, value))) {
            assertThat(maven.exitCode()).as(maven::output).isEqualTo(code);
        }
    }

    @Test
    void propertiesReachTheProgramAsTheyWereWritten() {
        String value = "a \"b\", 'c' $HOME \\ %d * é =";
        try (ProgramProcess maven = start(Map.of("inbox.delay", value))) {
            assertThat(maven.exitCode()).isEqualTo(2);
            assertThat(maven.output()).startsWith("Cannot start: inbox.delay=" + value + " is no time");
        }
    }

    @Test
    void optionsOfMavensJvmReachTheProgram() {
        try (ProgramProcess maven = ProgramProcess.startByMaven(data, Map.of(),
                Map.of("MAVEN_OPTS", "-Xmx256m  -Dinbox.delay=never -Dcom.sun.management.jmxremote"))) {
            assertThat(maven.exitCode()).as(maven::output).isEqualTo(2);
            assertThat(maven.output()).contains("inbox.delay=never is no time");
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theFirstStartMakesAnArchiveOfClassesForTheNext() throws IOException {
        Files.createDirectories(data.resolve("inbox"));
        // of no other test and no other start
        Map<String, String> options = Map.of("MAVEN_OPTS", "-Dorigin=" + data);
        try (ProgramProcess maven = ProgramProcess.startByMaven(data, Map.of(), options)) {
            await().until(() -> maven.output().contains("camel-roboflow runs"));
            List<String> arguments = List.of(maven.child().info().arguments().orElseThrow());
            Path archive = arguments.stream().filter(argument -> argument.startsWith("-Dlaunch.archive="))
                    .map(argument -> Path.of(argument.substring(argument.indexOf('=') + 1))).findFirst().orElseThrow();
            await().until(() -> Files.exists(archive));
        }
        try (ProgramProcess maven = ProgramProcess.startByMaven(data, Map.of(), options)) {
            await().until(() -> maven.output().contains("camel-roboflow runs"));

            assertThat(Files.readString(Path.of("/proc", String.valueOf(maven.child().pid()), "maps"))).contains("/classes-");
            assertThat(maven.output()).doesNotContain("warning");
        }
    }

    private ProgramProcess startWithPhotos() throws IOException {
        Files.createDirectories(data.resolve("inbox"));
        WatchedFolder folder = new WatchedFolder(data);
        for (int i = 0; i < 200; i++) {
            folder.drop("12-megapixels.jpg", i + ".jpg");
        }
        ProgramProcess maven = start(Map.of("inbox.unchangedFor", "0"));
        await().until(() -> folder.files("done").size() > 2);
        return maven;
    }

    @Test
    void aSignalToMavenLetsTheProgramFinishItsImages() throws IOException {
        try (ProgramProcess maven = startWithPhotos()) {
            maven.interrupt();

            assertThat(maven.exitCode()).isEqualTo(143);
            assertThat(maven.output()).containsPattern("Stopped; \\d+ images? in flight finished");
        }
        assertThat(new WatchedFolder(data).files("work")).isEmpty();
    }

    @Test
    void anInterruptOfBothAsByTheTerminalLetsTheProgramFinishItsImages() throws Exception {
        assumeFalse(isInterruptIgnored(), "a shell that started this in the background has SIGINT ignored");
        try (ProgramProcess maven = startWithPhotos()) {
            new ProcessBuilder("kill", "-INT", String.valueOf(maven.pid()), String.valueOf(maven.child().pid())).start().waitFor();

            assertThat(maven.exitCode()).isEqualTo(130);
            assertThat(maven.output()).containsPattern("Stopped; \\d+ images? in flight finished");
        }
        assertThat(new WatchedFolder(data).files("work")).isEmpty();
    }

    /** Returns whether this process was started with SIGINT ignored, which its children inherit. */
    private static boolean isInterruptIgnored() throws IOException {
        String ignored = Files.readString(Path.of("/proc/self/status")).replaceFirst("(?s).*SigIgn:\\s*(\\w+).*", "$1");
        return (Long.parseUnsignedLong(ignored, 16) & 2) != 0;
    }

    @Test
    void theProgramEndsWhenMavenWasKilled() throws IOException {
        Files.createDirectories(data.resolve("inbox"));
        try (ProgramProcess maven = start(Map.of())) {
            await().until(() -> maven.output().contains("camel-roboflow runs"));
            ProcessHandle program = maven.child();
            maven.kill();

            await().until(() -> !program.isAlive());
            assertThat(maven.output()).contains("Stopped");
        }
    }
}
