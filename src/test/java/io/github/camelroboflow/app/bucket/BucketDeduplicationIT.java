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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Each object of a watched bucket is taken once, whatever others do to the bucket and whenever the program ended. */
class BucketDeduplicationIT extends BucketTestBase {

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
        try (WatchedFolder route = bucket.route(image -> gate.pass()).with("s3.concurrency", "1")
                .with("camel.component.roboflow.maxConcurrentRequests", "1").start()) {
            await().until(() -> gate.waiting() == 1);
            IntStream.range(0, 5).forEach(i -> bucket.put("inbox/c" + i + ".jpg", FIRST));
            await().until(() -> bucket.working().size() >= 2);
            bucket.client().deleteObject(request -> request.bucket("images").key("inbox/c4.jpg"));
            gate.open();

            bucket.awaitEmptyInbox();
            assertThat(bucket.keys()).allMatch(key -> key.startsWith("done/")).hasSize(6).doesNotContain("done/c4.jpg");
        }
    }

    @Test
    void anImageThatWasFiledBeforeACrashIsNotFiledTwice() {
        bucket.put("done/a.jpg", FIRST);
        bucket.put("inbox/a.jpg", FIRST);
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
        try (WatchedFolder route = bucket.route(image -> seen.add(content(image))).with("s3.after", "leave").start()) {
            await().until(() -> seen.size() == 2);
            bucket.put("inbox/b.jpg", SECOND);
            await().until(() -> seen.size() == 3);
        }
        try (WatchedFolder route = bucket.route(image -> seen.add(content(image))).with("s3.after", "leave").start()) {
            bucket.put("inbox/a.jpg", "third".getBytes(StandardCharsets.UTF_8));
            await().until(() -> seen.size() == 4);
            bucket.put("inbox/c.jpg", "fourth".getBytes(StandardCharsets.UTF_8));
            await().until(() -> seen.size() == 5);
        }

        assertThat(seen).containsExactlyInAnyOrder("first", "", "second", "third", "fourth");
        assertThat(bucket.keys()).containsExactly("inbox/a.jpg", "inbox/b.jpg", "inbox/c.jpg", "inbox/empty.jpg");
    }

    /** They were passed over for ever, without a word: some gateways tell no etag, as here of files laid into its folder. */
    @ParameterizedTest
    @CsvSource({"move, done/a.jpg", "leave, inbox/a.jpg"})
    void objectsWithoutAnEtagAreTakenOnceAndFinished(String after, String end) throws IOException {
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        Path inbox = Files.createDirectories(data.resolve("buckets/images/inbox"));
        // or the server would remove the folder with its last object
        Files.write(inbox.resolve("notes.txt"), FIRST);
        Files.write(inbox.resolve("a.jpg"), FIRST);
        assertThat(bucket.client().listObjectsV2(request -> request.bucket("images").prefix("inbox/a")).contents())
                .singleElement().extracting(S3Object::eTag).isNull();
        for (int run = 0; run < 2; run++) {
            String later = run + ".jpg";
            try (WatchedFolder route = bucket.route(image -> seen.add(image.name())).with("s3.after", after).start()) {
                await().until(() -> seen.contains("a.jpg"));
                // which comes behind it in a listing that found it again
                Files.move(Files.write(data.resolve(later), SECOND), inbox.resolve("b" + later));
                await().until(() -> seen.contains("b" + later));
            }
        }

        assertThat(seen).containsExactly("a.jpg", "b0.jpg", "b1.jpg");
        assertThat(bucket.keys()).contains(end).hasSize(4);
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
            try (WatchedFolder second = bucket.route(image -> { }).with("s3.inbox", "elsewhere/").start()) {
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
