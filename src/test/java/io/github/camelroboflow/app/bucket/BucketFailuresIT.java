package io.github.camelroboflow.app.bucket;

import static io.github.camelroboflow.app.bucket.WatchedBucket.FIRST;
import static io.github.camelroboflow.app.bucket.WatchedBucket.content;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.delivery.source.ImageTally;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Images of a watched bucket that can't be processed. */
class BucketFailuresIT extends CloudTestBase {

    @Test
    void badImagesAreInFailedWithASentence() throws IOException {
        bucket.put("inbox/letter.jpg", "Dear customer, ".repeat(100).getBytes());
        bucket.put("inbox/empty.jpg", new byte[0]);
        bucket.putSample("gears.jpg", "inbox/good.jpg");
        try (WatchedFolder route = bucket.route().start()) {
            bucket.awaitEmptyInbox();

            assertThat(bucket.keys()).containsExactly("done/good.jpg", "failed/empty.jpg", "failed/empty.jpg.error.json",
                    "failed/letter.jpg", "failed/letter.jpg.error.json");
            assertThat(bucket.read("failed/letter.jpg.error.json")).contains("letter.jpg", "it begins with text",
                    "\"image\" : \"letter.jpg\"", "\"route\" : \"" + bucket.routeId() + "\"")
                    // the file that it was downloaded into
                    .doesNotContain("bucket-");
            assertThat(route.files("results")).containsExactly("gears/good.jpg.json");
        }
    }

    @Test
    void anImageWhoseOwnFailuresGoOnIsGivenUp() {
        AtomicInteger calls = new AtomicInteger();
        bucket.put("inbox/a.jpg", FIRST);
        try (WatchedFolder route = bucket.route(image -> {
            calls.incrementAndGet();
            throw new IllegalStateException("the model has a mistake");
        }).start()) {
            bucket.awaitEmptyInbox();

            assertThat(calls).hasValue(3);
            assertThat(bucket.read("failed/a.jpg.error.json")).contains("the model has a mistake", "\"attempts\" : 3");
        }
    }

    @Test
    void aFailedImageThatIsLeftHasItsReportInFailed() {
        bucket.put("inbox/letter.jpg", "Dear customer".getBytes(StandardCharsets.UTF_8));
        try (WatchedFolder route = bucket.route().with(bucket.property("after"), "leave").start()) {
            await().until(() -> bucket.keys().size() == 2);

            assertThat(bucket.keys()).containsExactly("failed/letter.jpg.error.json", "inbox/letter.jpg");
        }
    }

    @Test
    void anImageLargerThanAllowedFailsWithoutBeingRead() {
        bucket.put("inbox/large.jpg", new byte[3_000_000]);
        bucket.put("inbox/small.jpg", FIRST);
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        try (WatchedFolder route = bucket.route(image -> seen.add(content(image)))
                .with(bucket.property("maxSize"), "2MB").start()) {
            bucket.awaitEmptyInbox();

            assertThat(bucket.keys()).containsExactly("done/small.jpg", "failed/large.jpg", "failed/large.jpg.error.json");
            assertThat(bucket.read("failed/large.jpg.error.json")).contains("large.jpg is too large: it has 3 MB",
                    "maxSize is 2 MB");
            assertThat(seen).containsExactly("first");
            await().until(() -> ImageTally.of(route.context()).ended() == 2);
            assertThat(ImageTally.of(route.context()).lastFailures()).singleElement().satisfies(failure -> {
                assertThat(failure.image()).isEqualTo("large.jpg");
                assertThat(failure.reason()).contains("is too large");
            });
        }
    }
}
