package io.github.camelroboflow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.ProgramProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;

/** The folders of one program, the images that are put into its inbox, and the checks of the results at the end. */
final class ProgramFolders {

    static final List<String> FOLDERS = List.of("inbox", "work", "done", "failed", "results");

    private final Path log;
    private final Path data;
    private final WatchedFolder folder;
    private final List<InputImage> images;
    private final Path results;

    ProgramFolders(Path data, List<InputImage> images) {
        this(data, data, data.resolve("results"), images);
    }

    /**
     * @param log     the file of the program's output
     * @param data    the parent of all folders except the results
     * @param results the folder of the results
     */
    ProgramFolders(Path log, Path data, Path results, List<InputImage> images) {
        this.log = log;
        this.data = data;
        this.folder = new WatchedFolder(data);
        this.images = images;
        this.results = results;
    }

    List<InputImage> images() {
        return images;
    }

    ProgramProcess start(Map<String, String> properties) {
        return start(properties, Map.of());
    }

    ProgramProcess start(Map<String, String> properties, Map<String, String> environment) {
        Map<String, String> all = new LinkedHashMap<>(properties);
        FOLDERS.forEach(name -> all.put(name, data.resolve(name).toString()));
        all.put("results", results.toString());
        all.putIfAbsent("delivery.database", "jdbc:h2:file:" + data.resolve("delivery"));
        all.put("outbox.refused", data.resolve("refused").toString());
        return ProgramProcess.start(log, all, environment);
    }

    void drop(List<InputImage> some) {
        some.forEach(image -> folder.drop(image.content(), image.name()));
    }

    /** Puts images into the inbox under hidden names. The program ignores them until they are shown. */
    void dropHidden(List<InputImage> some) {
        some.forEach(image -> folder.drop(image.content(), hidden(image)));
    }

    /** Renames hidden images to their names, which needs no disk space. */
    void show(List<InputImage> some) {
        for (InputImage image : some) {
            try {
                Files.move(data.resolve("inbox").resolve(hidden(image)), data.resolve("inbox").resolve(image.name()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static String hidden(InputImage image) {
        return image.name().replaceFirst("[^/]*$", ".$0");
    }

    /** Returns the files below a folder such as {@code work}. */
    List<String> files(String name) {
        return folder.files(name.equals("results") ? results.toString() : name);
    }

    /** Returns the number of images in done and failed. */
    int finished() {
        return files("done").size() + (int) files("failed").stream().filter(name -> !name.endsWith(".error.json")).count();
    }

    /** Waits until one more image is finished than before, and returns the time that this took. */
    Duration untilMoreThan(int before, ProgramProcess program) {
        return untilMoreThan(before, program, this::finished);
    }

    /** Waits until a number is larger than before, and returns the time that this took. */
    static Duration untilMoreThan(int before, ProgramProcess program, IntSupplier number) {
        long start = System.nanoTime();
        waitFor(program).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10))
                .untilAsserted(() -> assertThat(number.getAsInt()).as(program.output()).isGreaterThan(before));
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Waits until all images are finished, and then ends the program as Ctrl-C does. */
    void finish(ProgramProcess program) {
        awaitFinished(images.size(), program);
        end(program);
    }

    /**
     * Does the same, but also waits until all outbox messages have arrived, before it ends the program. Returns the time that this
     * took.
     */
    Duration finish(ProgramProcess program, Supplier<ReceivedResults> receipts) {
        long start = System.nanoTime();
        awaitFinished(images.size(), program);
        long good = images.stream().filter(InputImage::isGood).count();
        waitFor(program).pollInterval(Duration.ofMillis(200)).untilAsserted(() ->
                assertThat(receipts.get().deliveries()).as(program.output()).isEqualTo((int) good));
        Duration time = Duration.ofNanos(System.nanoTime() - start);
        end(program);
        return time;
    }

    void awaitFinished(int number, ProgramProcess program) {
        waitFor(program).untilAsserted(() -> assertThat(finished()).as(program.output()).isEqualTo(number));
    }

    /** Waits while the program runs. The program may be idle for ten minutes, the longest shipped pause between two tries. */
    static ConditionFactory waitFor(ProgramProcess program) {
        return await().failFast(() -> assertThat(program.isAlive()).as(program.output()).isTrue());
    }

    private static void end(ProgramProcess program) {
        program.interrupt();
        program.exitCode();
    }

    /** Checks that every image is in the right place once, and that there are no other files. */
    void assertFiled() {
        List<String> good = images.stream().filter(InputImage::isGood).map(InputImage::name).toList();
        List<String> damaged = images.stream().filter(image -> !image.isGood()).map(InputImage::name).toList();
        assertThat(files("inbox")).isEmpty();
        assertThat(files("work")).isEmpty();
        assertThat(files("done")).containsExactlyInAnyOrderElementsOf(good);
        assertThat(files("failed")).containsExactlyInAnyOrderElementsOf(
                damaged.stream().flatMap(name -> Stream.of(name, name + ".error.json")).toList());
        for (String name : damaged) {
            String report = read(data.resolve("failed/" + name + ".error.json"));
            assertThat(WrittenResults.parse(report).path("error").textValue()).as(name).isNotBlank();
        }
        for (String name : FOLDERS) {
            assertThat(files(name)).as("temporary files in " + name).noneMatch(file -> file.contains("/.") || file.startsWith("."));
        }
    }

    /** Checks that each good image has one result, in the folder of its subject. */
    void assertResultsInFolders() {
        assertThat(files("results")).containsExactlyInAnyOrderElementsOf(images.stream().filter(InputImage::isGood)
                .map(ProgramFolders::result).toList());
        for (InputImage image : images) {
            image.parts()
                    .ifPresent(parts -> WrittenResults.assertComplete(read(results.resolve(result(image))), image.name(), parts));
        }
    }

    /** Checks that each image that is done so far has its complete result. */
    void assertResultsOfDone() {
        List<String> done = files("done");
        images.stream().filter(image -> done.contains(image.name())).forEach(image ->
                WrittenResults.assertComplete(read(results.resolve(result(image))), image.name(), image.parts().orElseThrow()));
    }

    private static String result(InputImage image) {
        return image.parts().orElseThrow().choice() + "/" + image.name() + ".json";
    }

    /** Checks, during the fault, that only damaged images have failed. */
    void assertOnlyDamagedFailed(ProgramProcess program) {
        List<String> failed = files("failed");
        assertThat(images.stream().filter(InputImage::isGood).map(InputImage::name).filter(failed::contains)
                .map(name -> read(data.resolve("failed/" + name + ".error.json")))).as(program.output()).isEmpty();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
