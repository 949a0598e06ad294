package io.github.camelroboflow.app.bucket;

import static io.github.camelroboflow.app.bucket.WatchedBucket.FIRST;
import static io.github.camelroboflow.app.bucket.WatchedBucket.SECOND;
import static io.github.camelroboflow.app.bucket.WatchedBucket.content;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.Gate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each object of a watched bucket is taken once, whatever others do to the bucket and whenever the program ended. */
class BucketDeduplicationIT extends CloudTestBase {

    @Test
    void anImageThatIsReplacedInFlightIsASecondImage() {
        Gate gate = new Gate();
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        bucket.put("inbox/a.jpg", FIRST);
        try (WatchedFolder route = bucket.route(image -> {
            seen.add(content(image));
            gate.pass();
        }).start()) {
            await().until(() -> gate.waiting() == 1);
            bucket.put("inbox/a.jpg", SECOND);
            await().until(() -> gate.waiting() == 2);
            gate.open();

            bucket.awaitEmptyInbox();
            assertThat(seen).containsExactly("first", "second");
            List<String> done = bucket.keys();
            assertThat(done).hasSize(2).contains("done/a.jpg").allMatch(key -> key.matches("done/a(~[0-9T.]+)?\\.jpg"));
            assertThat(done.stream().map(key -> bucket.read(key))).containsExactlyInAnyOrder("first", "second");
            assertThat(bucket.read("done/a.jpg")).isEqualTo("first");
            assertThat(route.files("results")).hasSize(2);
        }
    }

    @Test
    void anImageThatIsGoneBeforeItsTurnIsLeftQuietly() {
        Gate gate = new Gate();
        bucket.put("inbox/a.jpg", FIRST);
        bucket.put("inbox/b.jpg", SECOND);
        try (WatchedFolder route = bucket.route(image -> gate.pass()).with(bucket.property("concurrency"), "1")
                .with("camel.component.roboflow.maxConcurrentRequests", "1").start()) {
            await().until(() -> gate.waiting() == 1);
            IntStream.range(0, 5).forEach(i -> bucket.put("inbox/c" + i + ".jpg", FIRST));
            await().until(() -> bucket.working().size() >= 2);
            bucket.server().delete(bucket.name(), "inbox/c4.jpg");
            gate.open();

            bucket.awaitEmptyInbox();
            assertThat(bucket.keys()).allMatch(key -> key.startsWith("done/")).hasSize(6).doesNotContain("done/c4.jpg");
        }
    }

    @Test
    void anImageThatWasFiledBeforeACrashIsNotFiledTwice() {
        bucket.put("inbox/a.jpg", FIRST);
        bucket.server().putCopy(bucket.name(), "inbox/a.jpg", "done/a.jpg");
        try (WatchedFolder route = bucket.route(image -> { }).start()) {
            bucket.awaitEmptyInbox();

            assertThat(bucket.keys()).containsExactly("done/a.jpg");
            assertThat(route.files("results")).containsExactly("nothing-found/a.jpg.json");
        }
    }

    @Test
    void imagesThatAreLeftAreTakenOnceAlsoAfterARestart() {
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        bucket.put("inbox/a.jpg", FIRST);
        bucket.put("inbox/empty.jpg", new byte[0]);
        try (WatchedFolder route = bucket.route(image -> seen.add(content(image)))
                .with(bucket.property("after"), "leave").start()) {
            await().until(() -> seen.size() == 2);
            bucket.put("inbox/b.jpg", SECOND);
            await().until(() -> seen.size() == 3);
        }
        try (WatchedFolder route = bucket.route(image -> seen.add(content(image)))
                .with(bucket.property("after"), "leave").start()) {
            bucket.put("inbox/a.jpg", "third".getBytes(StandardCharsets.UTF_8));
            await().until(() -> seen.size() == 4);
            bucket.put("inbox/c.jpg", "fourth".getBytes(StandardCharsets.UTF_8));
            await().until(() -> seen.size() == 5);
        }

        assertThat(seen).containsExactlyInAnyOrder("first", "", "second", "third", "fourth");
        assertThat(bucket.keys()).containsExactly("inbox/a.jpg", "inbox/b.jpg", "inbox/c.jpg", "inbox/empty.jpg");
    }

    @Test
    void whatAKilledProgramLeftInWorkIsDeletedAndWhatARunningOneHasIsNot() throws IOException {
        Path work = Files.createDirectories(data.resolve("work"));
        Files.write(work.resolve("bucket-dead-1.jpg"), FIRST);
        Files.write(work.resolve("bucket-dead.lock"), new byte[0]);
        Path other = Files.write(Files.createDirectories(work.resolve("abc-1")).resolve("of-a-folder.jpg"), FIRST);
        bucket.put("inbox/a.jpg", FIRST);
        Gate gate = new Gate();
        try (WatchedFolder first = bucket.route(image -> gate.pass()).start()) {
            await().until(() -> gate.waiting() == 1);
            assertThat(work.resolve("bucket-dead-1.jpg")).doesNotExist();
            List<String> worked = bucket.working();
            try (WatchedFolder second = bucket.route(image -> { }).with(bucket.property("inbox"), "elsewhere/").start()) {
                bucket.put("elsewhere/b.jpg", SECOND);
                await().until(() -> bucket.keys().contains("done/b.jpg"));
            }
            assertThat(bucket.working()).containsAll(worked);
            gate.open();
            bucket.awaitEmptyInbox();
            assertThat(other).exists();
        }
    }
}
