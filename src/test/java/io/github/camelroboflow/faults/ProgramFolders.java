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

/** The folders of one program, the images that are put into its inbox, and what must have become of them in the end. */
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
     * @param log     where the program's output is kept
     * @param data    where the folders are, but for
     * @param results those of the results
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
        all.put("delivery.database", "jdbc:h2:file:" + data.resolve("delivery"));
        all.put("outbox.refused", data.resolve("refused").toString());
        return ProgramProcess.start(log, all, environment);
    }

    void drop(List<InputImage> some) {
        some.forEach(image -> folder.drop(image.content(), image.name()));
    }

    /** The same, but they are not taken in before they are shown. */
    void dropHidden(List<InputImage> some) {
        some.forEach(image -> folder.drop(image.content(), hidden(image)));
    }

    /** Takes no space. */
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

    /** The files below a folder such as {@code work}. */
    List<String> files(String name) {
        return folder.files(name.equals("results") ? results.toString() : name);
    }

    /** How many images are in done or failed. */
    int finished() {
        return files("done").size() + (int) files("failed").stream().filter(name -> !name.endsWith(".error.json")).count();
    }

    /** How long it takes until one more image is finished than there were before. */
    Duration untilMoreThan(int before, ProgramProcess program) {
        return untilMoreThan(before, program, this::finished);
    }

    /** How long it takes until there are more of something than before. */
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

    /** The same, but what went by the outbox must have come, too, before the program ends; returns how long that took. */
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

    /**
     * Waits as long as the program lives: it may do nothing for ten minutes, the longest pause between two tries that is shipped.
     */
    static ConditionFactory waitFor(ProgramProcess program) {
        return await().failFast(() -> assertThat(program.isAlive()).as(program.output()).isTrue());
    }

    private static void end(ProgramProcess program) {
        program.interrupt();
        program.exitCode();
    }

    /** Every image is where it belongs, once, and there is nothing else. */
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

    /** Each good image has one result, in the folder for what it shows. */
    void assertResultsInFolders() {
        assertThat(files("results")).containsExactlyInAnyOrderElementsOf(images.stream().filter(InputImage::isGood)
                .map(ProgramFolders::result).toList());
        for (InputImage image : images) {
            image.parts()
                    .ifPresent(parts -> WrittenResults.assertComplete(read(results.resolve(result(image))), image.name(), parts));
        }
    }

    /** Each image that is done so far has its whole result. */
    void assertResultsOfDone() {
        List<String> done = files("done");
        images.stream().filter(image -> done.contains(image.name())).forEach(image ->
                WrittenResults.assertComplete(read(results.resolve(result(image))), image.name(), image.parts().orElseThrow()));
    }

    private static String result(InputImage image) {
        return image.parts().orElseThrow().choice() + "/" + image.name() + ".json";
    }

    /** While the fault lasts. */
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
