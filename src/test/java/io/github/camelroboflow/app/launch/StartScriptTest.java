package io.github.camelroboflow.app.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The start script of the zip. In place of Java, a script prints the arguments that it gets; ZipIT runs the program. */
@DisabledOnOs(OS.WINDOWS)
class StartScriptTest {

    private static final String MAIN = "io.github.camelroboflow.app.Main";

    @TempDir
    Path temporary;

    private Path home;
    private Path script;
    private final Map<String, String> environment = new HashMap<>();

    /** The end of a run of the script, and the lines that it printed. */
    private record Run(int exitCode, List<String> lines) {

        private List<String> arguments() {
            return lines.subList(lines.indexOf(MAIN) + 1, lines.size());
        }

        private List<String> options() {
            return lines.subList(0, lines.indexOf(MAIN));
        }

        private String option(String prefix) {
            return options().stream().filter(option -> option.startsWith(prefix)).findFirst()
                    .map(option -> option.substring(prefix.length())).orElse("");
        }
    }

    @BeforeEach
    void unpack() throws IOException {
        home = Files.createDirectories(temporary.resolve("my programs/camel-roboflow-1"));
        script = copyExecutable(Path.of("src/main/dist/bin/camel-roboflow"), home.resolve("bin/camel-roboflow"));
        Files.createDirectories(home.resolve("config"));
        Files.createFile(home.resolve("config/application.properties"));
        Files.createDirectories(home.resolve("lib"));
        Files.writeString(home.resolve("lib/a.jar"), "a");
        Files.writeString(home.resolve("lib/camel-roboflow-1.jar"), "program");
        java("17.0.1");
    }

    private static Path copyExecutable(Path file, Path copy) throws IOException {
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
        assertThat(copy.toFile().setExecutable(true)).isTrue();
        return copy;
    }

    private void java(String version) throws IOException {
        Path jdk = Files.createDirectories(temporary.resolve("jdk " + version));
        Path printing = Files.writeString(temporary.resolve("java-" + version), """
                #!/bin/sh
                printf '%s\\n' "locale $LC_ALL" "folder $PWD" "$@"
                """);
        copyExecutable(printing, jdk.resolve("bin/java"));
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        environment.put("JAVA_HOME", jdk.toString());
    }

    private Run run(String... arguments) throws IOException {
        return run(script, temporary, arguments);
    }

    private Run run(Path start, Path present, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(start.toString()));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder process = new ProcessBuilder(command).directory(present.toFile()).redirectErrorStream(true);
        List.of("LC_ALL", "LC_CTYPE", "LANG", "JAVA_OPTS").forEach(process.environment()::remove);
        process.environment().putAll(environment);
        Process running = process.start();
        List<String> lines = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        try {
            return new Run(running.waitFor(), lines);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void argumentsReachTheProgramAndOptionsTheJvmAsTheyWereWritten() throws IOException {
        Run run = run("-Dmodel=a \"b\" $HOME *", "explain", "my  image*.jpg", "-Xss2m", "--", "");

        assertThat(run.arguments()).containsExactly("explain", "my  image*.jpg", "--", "");
        assertThat(run.options()).contains("-Dmodel=a \"b\" $HOME *", "-Xss2m", "--enable-native-access=ALL-UNNAMED",
                "folder " + home, "-Dlaunch.folder=" + temporary, "-Dorg.bytedeco.javacpp.cachedir=" + home + "/cache")
                .endsWith("-cp", home + "/lib/a.jar:" + home + "/lib/camel-roboflow-1.jar");
    }

    @Test
    void itIsFoundThroughLinks() throws IOException {
        Path folder = Files.createSymbolicLink(temporary.resolve("camel-roboflow"), home);
        Path relative = Files.createDirectories(temporary.resolve("bin")).resolve("roboflow");
        Files.createSymbolicLink(relative, Path.of("../camel-roboflow/bin/camel-roboflow"));
        Path absolute = Files.createSymbolicLink(temporary.resolve("link to it"), relative);

        assertThat(run(absolute, temporary.resolve("bin")).options()).contains("folder " + folder);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "none", textBlock = """
            LC_ALL, none,         C.UTF-8
            LANG,   C,            C.UTF-8
            LC_ALL, POSIX,        C.UTF-8
            LC_ALL, de_DE.utf8,   de_DE.utf8
            LC_ALL, en_US.UTF-8,  en_US.UTF-8
            LANG,   en_US.UTF-8,  ''
            """)
    void theLocaleIsOneOfUtf8(String variable, String value, String locale) throws IOException {
        if (value != null) {
            environment.put(variable, value);
        }

        assertThat(run().lines().get(0)).isEqualTo("locale " + locale);
    }

    @Test
    void heapAndFurtherOptionsAreThoseOfTheEnvironment() throws IOException {
        environment.put("CAMEL_ROBOFLOW_HEAP", "2g");
        environment.put("JAVA_OPTS", "-Da=1  -Db=*");

        assertThat(run().options()).containsSubsequence("-Xmx2g", "-Da=1", "-Db=*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"11.0.2", "1.8.0_412"})
    void anOldJavaIsRefusedInOneLine(String version) throws IOException {
        java(version);

        Run run = run();

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.lines()).singleElement().asString().startsWith("Cannot start: ").contains("17 or later is needed");
    }

    @Test
    void aFolderWithoutConfigurationIsRefusedInOneLine() throws IOException {
        environment.put("CAMEL_ROBOFLOW_FOLDER", temporary.toString());

        assertThat(run().exitCode()).isEqualTo(2);
        assertThat(run().lines()).singleElement().asString().contains("there is no config/application.properties in " + temporary);
    }

    @Test
    void aJavaThatIsNotThereIsToldInOneLine() throws IOException {
        environment.put("JAVA_HOME", "/nix");

        assertThat(run().lines()).containsExactly("Cannot start: JAVA_HOME=/nix has no bin/java");
    }

    /** Makes the archive that the options of a start ask for. */
    private Path makeArchive() throws IOException {
        return Files.writeString(Path.of(run().option("-Dlaunch.archive=")), "archive");
    }

    @Test
    void aStartOfTheRoutesMakesAnArchiveForTheNextOnes() throws IOException {
        Run first = run("-Dmodel=a/1");
        assertThat(first.option("-XX:DumpLoadedClassList=")).isEqualTo(first.option("-Dlaunch.classes=")).isNotEmpty();
        Path archive = makeArchive();

        assertThat(run().options()).contains("-Xshare:auto", "-XX:SharedArchiveFile=" + archive)
                .noneMatch(option -> option.startsWith("-Dlaunch.archive"));
        assertThat(run("status").options()).contains("-XX:SharedArchiveFile=" + archive);
    }

    /** A build gives all files the same time, so size and time do not tell jars apart. */
    @Test
    void anArchiveOfOtherJarsOrOptionsOrAnotherJavaIsNotUsed() throws IOException {
        Path jar = home.resolve("lib/camel-roboflow-1.jar");
        FileTime time = Files.getLastModifiedTime(jar);
        makeArchive();
        assertThat(run("-Xmx1g").option("-XX:SharedArchiveFile=")).isEmpty();
        makeArchive();
        Files.writeString(jar, "PROGRAM");
        Files.setLastModifiedTime(jar, time);
        assertThat(run().option("-XX:SharedArchiveFile=")).isEmpty();
        makeArchive();
        Files.writeString(home.resolve("lib/b.jar"), "b");
        assertThat(run().option("-XX:SharedArchiveFile=")).isEmpty();
        Path archive = makeArchive();
        java("21.0.1");
        assertThat(run().option("-XX:SharedArchiveFile=")).isEmpty();
        assertThat(archive).doesNotExist();
    }

    /** The blocks of a new file on disk change when the system writes them. */
    @Test
    void anArchiveStaysInUseWhileTheSystemWritesTheJarsToDisk() throws IOException {
        Path jar = home.resolve("lib/a.jar");
        Files.write(jar, new byte[1_000_000]);
        FileTime time = Files.getLastModifiedTime(jar);
        Path archive = makeArchive();
        try (RandomAccessFile file = new RandomAccessFile(jar.toFile(), "rw")) {
            file.setLength(0);
            file.setLength(1_000_000);
        }
        Files.setLastModifiedTime(jar, time);

        assertThat(run().option("-XX:SharedArchiveFile=")).isEqualTo(archive.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "--check", "-Dcommand=status"})
    void aCommandMakesNone(String command) throws IOException {
        assertThat(run(command).options()).noneMatch(option -> option.contains("launch.archive"));
    }

    @Test
    void whereNothingCanBeWrittenThereIsNone() throws IOException {
        environment.put("CAMEL_ROBOFLOW_CACHE", Files.createFile(temporary.resolve("file")) + "/cache");

        Run run = run();

        assertThat(run.exitCode()).isZero();
        assertThat(run.options()).noneMatch(option -> option.contains("launch.archive") || option.contains("cachedir"));
    }
}
