package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.camelroboflow.app.fixture.ProgramProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The program from an operator's view: the start, the stop, and a sentence for each mistake. */
class MainIT {

    @TempDir
    Path data;

    private static void awaitStart(ProgramProcess program) {
        await().until(() -> program.output().contains("camel-roboflow runs") || !program.isAlive());
    }

    @Test
    void theFirstStartProcessesTheSamplesAndSaysInSixLinesWhatItDoes() throws IOException {
        WatchedFolder folder = new WatchedFolder(data);
        long samples;
        try (Stream<Path> files = Files.list(WatchedFolder.SAMPLES)) {
            samples = files.count();
        }
        try (ProgramProcess program = ProgramProcess.start(data, Map.of())) {
            await().until(() -> folder.files("done").size() == samples);
            List<String> lines = program.output().lines().toList();

            assertThat(lines).hasSizeLessThanOrEqualTo(6);
            assertThat(program.output()).contains("watch-folder", data.resolve("inbox").toString(), "parts-detect/1",
                    "object-detection", "bolt, nut, washer, gear, scratch", "320 x 320", "loaded in",
                    data.resolve("results/gears").toString(), samples + " were put into");

            program.interrupt();
            program.exitCode();
            assertThat(program.output()).contains("Stopping; nothing is in flight").doesNotContain("Exception");
        }
        assertThat(withResults(folder)).hasSize((int) samples);
        assertThat(folder.files("failed")).isEmpty();
    }

    /** The images that have results, which may lie in the folders of several classes. */
    private static Set<String> withResults(WatchedFolder folder) {
        return folder.files("results").stream().map(result -> result.substring(result.indexOf('/'))).collect(Collectors.toSet());
    }

    @Test
    void laterStartsAndThoseWithoutSamplesPutNoneIntoTheInbox() throws IOException {
        Files.createDirectories(data.resolve("inbox"));
        try (ProgramProcess program = ProgramProcess.start(data, Map.of())) {
            awaitStart(program);
            assertThat(program.output()).contains("camel-roboflow runs").doesNotContain("samples");
        }
        Path other = Files.createDirectory(data.resolve("other"));
        try (ProgramProcess program = ProgramProcess.start(other, Map.of("samples.enabled", "false"))) {
            awaitStart(program);
            assertThat(program.output()).contains("camel-roboflow runs").doesNotContain("samples");
        }
    }

    @Test
    void nativeLibrariesAreNotUnpackedAtEachStart() throws IOException {
        Path temporary = Files.createDirectory(data.resolve("temporary"));
        try (ProgramProcess program = ProgramProcess.start(data, Map.of("java.io.tmpdir", temporary.toString()))) {
            awaitStart(program);

            assertThat(program.output()).contains("camel-roboflow runs");
            try (Stream<Path> files = Files.walk(temporary)) {
                assertThat(files.filter(Files::isRegularFile).filter(file -> file.toString().contains("onnx"))).isEmpty();
            }
        }
    }

    /** The copying of a sample with an umlaut in its name failed, and the program ran on without a word. */
    @Test
    void withoutALocaleItStartsAndSaysOnceWhatToSet() throws IOException {
        WatchedFolder folder = new WatchedFolder(data);
        try (ProgramProcess program = ProgramProcess.start(data, Map.of(), Map.of("LC_ALL", "C"))) {
            await().until(() -> folder.files("done").size() > 20 || !program.isAlive());

            assertThat(program.output()).contains("camel-roboflow runs").containsOnlyOnce("LC_ALL=C.UTF-8");
            program.interrupt();
            program.exitCode();
        }
        assertThat(folder.files("failed")).isEmpty();
    }

    @Test
    void anInterruptFinishesWhatIsInFlightAndSaysHowMany() throws IOException {
        Files.createDirectories(data.resolve("inbox"));
        WatchedFolder folder = new WatchedFolder(data);
        for (int i = 0; i < 200; i++) {
            folder.drop("12-megapixels.jpg", i + ".jpg");
        }
        try (ProgramProcess program = ProgramProcess.start(data, Map.of("inbox.unchangedFor", "0"))) {
            await().until(() -> folder.files("done").size() > 2);
            program.interrupt();
            program.exitCode();

            assertThat(program.output()).containsPattern("Stopping; finishing \\d+ images? in flight")
                    .containsPattern("Stopped; \\d+ images? in flight finished");
        }
        assertThat(folder.files("work")).isEmpty();
        assertThat(folder.files("failed")).isEmpty();
        assertThat(withResults(folder)).hasSameSizeAs(folder.files("done"));
        assertThat(folder.files("done").size() + folder.files("inbox").size()).isEqualTo(200);
    }

    /** The model's file and the class path were accused, which were fine. */
    @ParameterizedTest
    @ValueSource(longs = {600, 900, 1200, 1500, 1800})
    void aStopDuringTheStartIsNotTakenForAMistake(long milliseconds) {
        try (ProgramProcess program = ProgramProcess.start(data, Map.of())) {
            program.endsWithin(milliseconds);
            program.interrupt();
            program.exitCode();

            assumeFalse(program.output().startsWith("Error occurred during initialization of VM"), "Java itself had not started");
            assertThat(program.output()).doesNotContain("Cannot start").doesNotContain("\tat ");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            model=nix/1                              | there is no folder 'nix/1'
            model=a/b/c                              | 'a/b/c' is not a model id
            routes=replai                            | there is no route replai: there are batch, dispatch, replay,
            dedupe=contents                          | dedupe=contents: it is none or content
            durability=disk                          | durability=disk: it is power or process
            inbx=/tmp/q                              | there is no property inbx: did you mean inbox?
            camel.component.roboflow.confidence=40   | did you mean 40%?
            camel.component.roboflow.confidense=0.4  | there is no option confidense of RoboflowComponent: did you mean confidence?
            camel.component.roboflow.colour=red      | there is no option colour of RoboflowComponent
            camel.component.roboflow.runtime=hosted  | wants an API key: set camel.component.roboflow.apiKey,
            inbox.unchangedfor=0                     | there is no property inbox.unchangedfor: did you mean inbox.unchangedFor?
            inbox.unchangedFor=soon                  | inbox.unchangedFor=soon is no time
            inbox.delay=soon                         | inbox.delay=soon is no time
            inbox.maxAttempts=0                      | inbox.maxAttempts=0 is no number from 1
            s3.overrideEndpoint=yes                  | s3.overrideEndpoint=yes: it is true or false
            inbox=pom.xml/inbox                      | pom.xml is no folder
            """)
    void aMistakeInTheConfigurationIsOneSentenceAndExitCode2(String property, String words) {
        Map<String, String> properties = new HashMap<>();
        properties.put(property.substring(0, property.indexOf('=')), property.substring(property.indexOf('=') + 1));
        try (ProgramProcess program = ProgramProcess.start(data, properties)) {
            assertThat(program.exitCode()).as(program.output()).isEqualTo(2);
            assertThat(program.output()).startsWith("Cannot start: ").contains(words);
            assertThat(program.output().lines()).hasSize(1);
        }
    }
}
