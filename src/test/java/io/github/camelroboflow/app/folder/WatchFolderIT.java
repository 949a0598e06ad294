package io.github.camelroboflow.app.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.Gate;
import io.github.camelroboflow.app.fixture.PngBomb;
import io.github.camelroboflow.app.fixture.ScriptedEngine;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped route with the shipped model. */
class WatchFolderIT {

    @TempDir
    Path data;

    private WatchedFolder start() {
        return new WatchedFolder(data).start();
    }

    @Test
    void filesResultsByClassAndKeepsSubFolders() {
        try (WatchedFolder folder = start()) {
            folder.drop("scratched-plate.png", "line 1/scratched-plate.png");
            folder.drop("bolts.jpg", "line 1/night/bolts.jpg");
            folder.drop("gears.jpg", "gears.jpg");
            folder.drop("empty belt.jpg", "empty belt.jpg");

            await().until(() -> folder.files("done").size() == 4);

            assertThat(folder.files("results")).containsExactly("fasteners/line 1/night/bolts.jpg.json", "gears/gears.jpg.json",
                    "gears/line 1/scratched-plate.png.json", "nothing-found/empty belt.jpg.json",
                    "scratches/line 1/scratched-plate.png.json");
            assertThat(folder.read("results/gears/gears.jpg.json")).startsWith("{\"inference_id\":\"")
                    .contains("\"class\":\"gear\"");
            assertThat(folder.files("inbox")).isEmpty();
            assertThat(folder.files("work")).isEmpty();
            assertThat(folder.files("failed")).isEmpty();
        }
    }

    @Test
    void badImagesAreInFailedWithASentenceWhileTheRouteGoesOn() throws IOException {
        byte[] jpeg = Files.readAllBytes(WatchedFolder.SAMPLES.resolve("gears.jpg"));
        try (WatchedFolder folder = start()) {
            folder.drop(new byte[0], "empty.jpg");
            folder.drop("Dear customer, ".repeat(100).getBytes(), "letter.jpg");
            folder.drop(Arrays.copyOf(jpeg, jpeg.length / 2), "truncated.jpg");
            folder.drop(PngBomb.of(50_000, 50_000), "bomb.png");
            folder.drop("gears.jpg", "good.jpg");

            await().until(() -> folder.files("failed").size() == 8 && folder.files("done").size() == 1);

            assertThat(folder.read("failed/empty.jpg.error.json")).contains("empty file (0 bytes)");
            assertThat(folder.read("failed/letter.jpg.error.json")).contains("it begins with text");
            assertThat(folder.read("failed/truncated.jpg.error.json")).contains("end is missing");
            assertThat(folder.read("failed/bomb.png.error.json")).contains("50000").contains("maxPixels");
            assertThat(folder.files("results")).containsExactly("gears/good.jpg.json");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"with space.jpg", "Ünïcödé 漢字 🙂.jpg", "it's \"quoted\".jpg", "new\nline.jpg", "${bean:evil}.jpg",
            "{{inbox}}.jpg", "#hash%20&=?;.jpg", "really-a-jpeg.png", "UPPER.JPG", "..jpg.jpg", "255"})
    void oddNamesAreProcessedAllTheSame(String given) {
        String name = given.equals("255") ? "n".repeat(251) + ".jpg" : given;
        try (WatchedFolder folder = start()) {
            folder.drop("gears.jpg", name);

            if (name.startsWith(".")) {
                // hidden files are being written, by the convention of those who rename
                await().during(Duration.ofMillis(300)).until(() -> folder.files("inbox").equals(List.of(name)));
                return;
            }
            await().until(() -> folder.files("done").equals(List.of(name)));
            assertThat(folder.files("results")).hasSize(1).allMatch(file -> file.endsWith(".json"));
            assertThat(folder.files("failed")).isEmpty();
        }
    }

    @Test
    void theSameNameAgainWhileTheFirstIsInFlightIsAnotherImage() throws IOException {
        Gate gate = new Gate();
        try (WatchedFolder folder = new WatchedFolder(data).with(new ScriptedEngine(image -> gate.pass())).start()) {
            folder.drop(new byte[] {1}, "a.jpg");
            await().until(() -> gate.waiting() == 1);
            folder.drop(new byte[] {2}, "a.jpg");
            gate.open();

            await().until(() -> folder.files("done").size() == 2);

            assertThat(Files.readAllBytes(data.resolve("done/a.jpg"))).containsExactly(1);
            assertThat(folder.files("done")).anyMatch(name -> name.matches("a~.*\\.jpg"));
            assertThat(folder.files("results")).hasSize(2);
        }
    }

    @Test
    void aFileThatIsStillBeingCopiedIsLeftUntilItIsWhole() throws IOException {
        byte[] jpeg = Files.readAllBytes(WatchedFolder.SAMPLES.resolve("gears.jpg"));
        int chunks = 14;
        ScheduledExecutorService copier = Executors.newSingleThreadScheduledExecutor();
        try (WatchedFolder folder = new WatchedFolder(data).with("inbox.unchangedFor", "3s").start();
             OutputStream out = Files.newOutputStream(data.resolve("inbox/slow.jpg"))) {
            AtomicInteger chunk = new AtomicInteger();
            copier.scheduleAtFixedRate(() -> write(out, jpeg, chunk.getAndIncrement(), chunks), 0, 300, TimeUnit.MILLISECONDS);

            await().until(() -> folder.files("done").equals(List.of("slow.jpg")));

            assertThat(chunk.get()).isGreaterThanOrEqualTo(chunks);
            assertThat(data.resolve("done/slow.jpg")).hasBinaryContent(jpeg);
            assertThat(folder.files("failed")).isEmpty();
        } finally {
            copier.shutdownNow();
        }
    }

    private static void write(OutputStream out, byte[] bytes, int chunk, int chunks) {
        if (chunk >= chunks) {
            return;
        }
        int from = bytes.length * chunk / chunks;
        try {
            out.write(bytes, from, bytes.length * (chunk + 1) / chunks - from);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void withADoneFileNameAnImageWaitsForItsDoneFile() {
        try (WatchedFolder folder = new WatchedFolder(data).with("inbox.doneFileName", "${file:name}.done").start()) {
            folder.drop("gears.jpg", "a.jpg");
            folder.drop("gears.jpg", "b.jpg");
            folder.drop(new byte[0], "b.jpg.done");

            await().until(() -> folder.files("done").equals(List.of("b.jpg")));
            await().until(() -> folder.files("inbox").equals(List.of("a.jpg")));
        }
    }

    @Test
    void aFileThatIsNoImageByItsNameIsLeft() {
        try (WatchedFolder folder = start()) {
            folder.drop("hello".getBytes(), "readme.txt");
            folder.drop("gears.jpg", "gears.jpg");

            await().until(() -> folder.files("done").size() == 1);

            assertThat(folder.files("inbox")).containsExactly("readme.txt");
        }
    }

    @Test
    void whatAnEarlierRunLeftInWorkIsProcessed() throws IOException {
        Path left = data.resolve("work/0b0e/sub/left.jpg");
        Files.createDirectories(left.getParent());
        Files.copy(WatchedFolder.SAMPLES.resolve("gears.jpg"), left);
        try (WatchedFolder folder = start()) {
            await().until(() -> folder.files("done").equals(List.of("sub/left.jpg")));
            assertThat(folder.files("results")).containsExactly("gears/sub/left.jpg.json");
        }
    }

    @Test
    void aResultThatCannotBeWrittenLeavesTheImageUntilItCan() throws IOException {
        Path inTheWay = data.resolve("results");
        try (WatchedFolder folder = start()) {
            Files.writeString(inTheWay, "a file where the folder should be");
            folder.drop("gears.jpg", "gears.jpg");
            await().until(() -> folder.isSuspended());
            assertThat(folder.files("failed")).isEmpty();

            Files.delete(inTheWay);

            await().until(() -> folder.files("done").equals(List.of("gears.jpg")));
            assertThat(folder.files("results")).containsExactly("gears/gears.jpg.json");
        }
    }

    @Test
    void takesInNoMoreThanItWorksOn() {
        Gate gate = new Gate();
        try (WatchedFolder folder = new WatchedFolder(data).with("camel.component.roboflow.maxConcurrentRequests", "3")
                .with(new ScriptedEngine(image -> gate.pass())).start()) {
            IntStream.range(0, 50).forEach(i -> folder.drop(new byte[] {1}, i + ".jpg"));

            // three are worked on, and the consumer waits with the fourth
            await().until(() -> folder.files("work").size() == 4);
            await().during(Duration.ofMillis(300)).until(() -> folder.files("inbox").size() == 46 && gate.waiting() == 3);

            gate.open();
            await().until(() -> folder.files("done").size() == 50);
        }
    }

    /** After a crash the image came back without the file that announces it, and so was never taken again. */
    @Test
    void anImageThatIsRecoveredIsAnnouncedAgain() throws IOException {
        Path left = data.resolve("work/0b0e/left.jpg");
        Files.createDirectories(left.getParent());
        Files.copy(WatchedFolder.SAMPLES.resolve("gears.jpg"), left);
        try (WatchedFolder folder = new WatchedFolder(data).with("inbox.doneFileName", "${file:name.noext}.done").start()) {
            await().until(() -> folder.files("done").equals(List.of("left.jpg")));
            assertThat(folder.files("inbox")).isEmpty();
        }
    }

    @Test
    void aLinkIsLeft() throws IOException {
        Path target = Files.copy(WatchedFolder.SAMPLES.resolve("gears.jpg"), data.resolve("target.jpg"));
        try (WatchedFolder folder = start()) {
            Files.createSymbolicLink(data.resolve("inbox/link.jpg"), target);
            folder.drop("gears.jpg", "gears.jpg");

            await().until(() -> folder.files("done").equals(List.of("gears.jpg")));
            assertThat(data.resolve("inbox/link.jpg")).isSymbolicLink();
        }
    }

    /** It was a way out of the folder work, and the image was moved there. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void anImageWithABackslashInItsNameIsLeft() {
        String name = "a\\..\\..\\..\\up.jpg";
        try (WatchedFolder folder = start()) {
            folder.drop("gears.jpg", name);
            folder.drop("gears.jpg", "gears.jpg");

            await().until(() -> folder.files("done").equals(List.of("gears.jpg")));
            await().during(Duration.ofMillis(300)).until(() -> folder.files("inbox").equals(List.of(name)));
        }
    }

    /** An image that could not be moved stayed in work until the next start, while others were taken in. */
    @Test
    void anImageThatCannotBeMovedToDoneIsMovedWhenItCan() throws IOException {
        try (WatchedFolder folder = start()) {
            Files.delete(data.resolve("done"));
            Files.writeString(data.resolve("done"), "a file where the folder should be");
            folder.drop("gears.jpg", "line/first.jpg");
            await().until(() -> folder.files("results").stream().anyMatch(name -> name.endsWith("first.jpg.json")));
            folder.drop("gears.jpg", "second.jpg");
            await().during(Duration.ofMillis(300)).until(() -> folder.files("inbox").equals(List.of("second.jpg")));

            Files.delete(data.resolve("done"));

            await().untilAsserted(() -> assertThat(folder.files("done")).containsExactly("line/first.jpg", "second.jpg"));
            assertThat(folder.files("work")).isEmpty();
        }
    }
}
