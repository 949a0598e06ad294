package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.app.fixture.ContainerSteps;
import io.github.camelroboflow.app.fixture.FreePorts;
import io.github.camelroboflow.app.fixture.MonitoringFiles;
import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.server.fixture.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The zip that the build makes, in a folder as the steps of its Containerfile make it. */
@DisabledOnOs(OS.WINDOWS)
class ZipIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(#[^)]*)?\\)");

    @TempDir
    static Path folder;

    private static Path zip;
    private static ContainerSteps container;

    @BeforeAll
    static void unpack() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            Path file = files.filter(each -> each.getFileName().toString().matches("camel-roboflow-.*\\.zip")).findFirst()
                    .orElseThrow();
            try (FileSystem content = FileSystems.newFileSystem(URI.create("jar:" + file.toUri()),
                    Map.of("enablePosixFileAttributes", true))) {
                copy(content.getPath("/"), folder);
            }
        }
        try (Stream<Path> folders = Files.list(folder)) {
            zip = folders.findFirst().orElseThrow();
        }
        container = ContainerSteps.run(zip, Files.createDirectory(folder.resolve("a container")));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
                    Files.setPosixFilePermissions(copy, Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
                }
            }
        }
    }

    private static List<Path> texts(Path below) throws IOException {
        try (Stream<Path> files = Files.walk(below)) {
            return files.filter(file -> file.toString().matches(".*(?<!CONTRIBUTING)\\.(md|adoc|properties|yaml)")).toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ProgramProcess start(String... arguments) {
        return container.start(folder, List.of(arguments));
    }

    private ProgramProcess startWithModel(String... arguments) {
        List<String> all = new ArrayList<>(List.of("-Dcamel.component.roboflow.modelsDirectory="
                + Path.of("config/models").toAbsolutePath(), "-Dinbox.unchangedFor=0"));
        all.addAll(List.of(arguments));
        return start(all.toArray(String[]::new));
    }

    @Test
    void itsPagesLinkToFilesOfTheZipAndNameItsCommands() throws IOException {
        assertThat(zip.resolve("NOTICE")).exists();
        assertThat(zip.resolve("LICENSE")).exists();
        assertThat(texts(zip)).hasSizeGreaterThan(15).allSatisfy(file -> {
            assertThat(LINK.matcher(read(file)).results().map(link -> file.resolveSibling(link.group(1)))).allMatch(Files::exists);
            assertThat(read(file).lines()).noneMatch(line -> line.contains("mvn -q -D") || line.contains("src/main/docs"));
        });
        assertThat(zip.resolve("config/samples")).doesNotExist();
        assertThat(zip.resolve("config/models")).isDirectoryContaining("glob:**/README.md");
    }

    @Test
    void withoutAModelOneLineSaysWhatToDo() {
        try (ProgramProcess program = start("--check")) {
            assertThat(program.exitCode()).as(program::output).isEqualTo(2);
            assertThat(program.output().lines()).singleElement().asString()
                    .startsWith("Cannot start: Model 'parts-detect/1' can't be used: there is no folder 'parts-detect/1'")
                    .contains("put yours there", "ROBOFLOW_API_KEY");
        }
    }

    @Test
    void itRunsAFolderAtOnceFromAnyFolder() throws IOException {
        Path photos = Files.createDirectories(folder.resolve("my photos"));
        Files.copy(WatchedFolder.SAMPLES.resolve("gears.jpg"), photos.resolve("gears.jpg"));

        try (ProgramProcess program = startWithModel("-Dpage.enabled=false", "batch", "my photos", "out", "--export", "yolo")) {
            assertThat(program.exitCode()).as(program::output).isZero();
        }
        assertThat(folder.resolve("out/results.jsonl")).content().contains("gears.jpg", "\"gear\"");
        assertThat(folder.resolve("out/yolo/labels/gears.txt")).exists();
    }

    @Test
    void asAContainerItProcessesImagesAnswersAndStops() throws IOException {
        int port = FreePorts.free();
        Path cache = container.folder().resolve("data/cache");
        WatchedFolder data = new WatchedFolder(container.folder().resolve("data"));
        data.drop("gears.jpg", "gears.jpg");
        data.drop(new byte[] {1, 2, 3}, "broken \"1\".jpg");
        try (ProgramProcess program = startWithModel("-Dlog.format=json", "-Dpage.port=" + port)) {
            await().until(() -> data.files("done").size() + data.files("failed").size() == 3 || !program.isAlive());
            assertThat(data.files("results")).as(program::output).containsExactly("gears/gears.jpg.json");
            try (ProgramProcess status = start("status")) {
                assertThat(status.exitCode()).as(status::output).isZero();
                assertThat(status.output()).contains("done      1, 1 failed");
            }
            try (ProgramProcess check = startWithModel("--check")) {
                assertThat(check.exitCode()).as(check::output).isZero();
                assertThat(check.output()).startsWith("Nothing is wrong");
            }
            await().until(() -> meters(port).contains("roboflow_inference_stage_seconds_count"));
            MonitoringFiles monitoring = new MonitoringFiles(zip.resolve("config"));
            assertThat(monitoring.count()).isGreaterThan(20);
            assertThat(monitoring.unknownTo(meters(port))).isEmpty();
            await().until(() -> hasArchive(cache));

            program.interrupt();
            assertThat(program.exitCode()).isEqualTo(143);
            assertThat(program.output().lines().map(ZipIT::json)).allMatch(JsonNode::isObject)
                    .extracting(line -> line.path("message").asText())
                    .anyMatch(text -> text.startsWith("camel-roboflow runs watch-folder"))
                    .anyMatch(text -> text.contains("broken \"1\".jpg")).anyMatch(text -> text.startsWith("Stopped"));
        }
        try (ProgramProcess program = startWithModel("-Dpage.enabled=false")) {
            await().until(() -> program.output().contains("camel-roboflow runs watch-folder") || !program.isAlive());
            if (OS.LINUX.isCurrentOs()) {
                assertThat(Files.readString(Path.of("/proc/" + program.pid() + "/maps"))).contains(cache + "/classes-");
            }
        }
    }

    private static String meters(int port) {
        try {
            return Wire.ask(port, "GET", "/observe/metrics", new String[0], null).text();
        } catch (UncheckedIOException e) {
            // the page starts after the first result
            return "";
        }
    }

    private static boolean hasArchive(Path cache) throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            return files.anyMatch(file -> file.toString().endsWith(".jsa"));
        }
    }

    private static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new AssertionError(line, e);
        }
    }
}
