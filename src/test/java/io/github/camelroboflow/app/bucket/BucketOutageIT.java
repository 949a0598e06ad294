package io.github.camelroboflow.app.bucket;

import static io.github.camelroboflow.app.bucket.WatchedBucket.FIRST;
import static io.github.camelroboflow.app.bucket.WatchedBucket.health;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.Gate;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.health.HealthCheck;
import org.junit.jupiter.api.Test;

/** While the model, a disk or the bucket itself is down, images stay in the bucket. */
class BucketOutageIT extends CloudTestBase {

    @Test
    void anOutageOfTheModelLeavesTheImagesInTheBucket() {
        AtomicBoolean down = new AtomicBoolean(true);
        AtomicInteger calls = new AtomicInteger();
        List<String> keys = IntStream.range(10, 60).mapToObj(i -> "inbox/" + i + ".jpg").toList();
        keys.forEach(key -> bucket.put(key, FIRST));
        try (WatchedFolder route = bucket.route(image -> {
            calls.incrementAndGet();
            if (down.get()) {
                throw new RoboflowUnavailableException("the server is down");
            }
        }).start()) {
            await().until(() -> calls.get() > 20);
            assertThat(bucket.keys()).containsExactlyElementsOf(keys);
            assertThat(health(route, bucket.routeId()).getMessage()).hasValue("the server is down");

            down.set(false);

            bucket.awaitEmptyInbox();
            assertThat(bucket.keys()).hasSize(50).allMatch(key -> key.startsWith("done/"));
            assertThat(route.files("results")).hasSize(50);
        }
    }

    @Test
    void anImageLeavesTheInboxOnlyWhenItsResultIsThere() throws IOException {
        Path results = Files.writeString(Files.createDirectory(data.resolve("results")).resolve("nothing-found"), "in the way");
        bucket.put("inbox/a.jpg", FIRST);
        try (WatchedFolder route = bucket.route(image -> { }).start()) {
            await().until(() -> route.isSuspended(bucket.routeId()));
            assertThat(bucket.keys()).containsExactly("inbox/a.jpg");

            Files.delete(results);

            bucket.awaitEmptyInbox();
            assertThat(bucket.keys()).containsExactly("done/a.jpg");
            assertThat(route.files("results")).containsExactly("nothing-found/a.jpg.json");
        }
    }

    @Test
    void aBucketThatCanNotBeReachedIsTriedAgainFromTheStartOn() {
        openAlone();
        bucket.put("inbox/before.jpg", FIRST);
        bucket.server().stop();
        try (WatchedFolder route = bucket.route(image -> { }).start()) {
            await().until(() -> health(route, bucket.listing()).getState() == HealthCheck.State.DOWN);
            assertThat(health(route, bucket.listing()).getMessage().orElseThrow())
                    .contains("the " + bucket.server().noun() + " images", bucket.server().address(), "can't be reached");
            bucket.server().start();
            await().until(() -> bucket.keys().equals(List.of("done/before.jpg")));
            await().until(() -> health(route, bucket.listing()).getState() == HealthCheck.State.UP);

            bucket.server().stop();
            await().until(() -> health(route, bucket.listing()).getState() == HealthCheck.State.DOWN);
            bucket.server().start();
            bucket.put("inbox/later.jpg", FIRST);

            await().until(() -> bucket.keys().equals(List.of("done/before.jpg", "done/later.jpg")));
        }
    }

    @Test
    void anImageThatIsFinishedWhileTheBucketIsDownIsNotProcessedAgain() {
        openAlone();
        Gate gate = new Gate();
        AtomicInteger calls = new AtomicInteger();
        bucket.put("inbox/a.jpg", FIRST);
        try (WatchedFolder route = bucket.route(image -> {
            calls.incrementAndGet();
            gate.pass();
        }).start()) {
            await().until(() -> gate.waiting() == 1);
            bucket.server().stop();
            gate.open();
            await().until(() -> route.files("results").size() == 1);
            await().until(() -> health(route, bucket.listing()).getState() == HealthCheck.State.DOWN);

            bucket.server().start();

            await().until(() -> bucket.keys().equals(List.of("done/a.jpg")));
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void wrongCredentialsAreToldAndEmptyNoInbox() {
        try (WatchedBucket other = new WatchedBucket(data, cloud.withAnotherKey(data.resolve("other")))) {
            other.put("inbox/a.jpg", FIRST);
            try (WatchedFolder route = other.route(image -> { }).start()) {
                await().until(() -> health(route, bucket.listing()).getState() == HealthCheck.State.DOWN);

                assertThat(health(route, bucket.listing()).getMessage().orElseThrow()).contains("403", "check the ");
                assertThat(other.keys()).containsExactly("inbox/a.jpg");
            }
        }
    }

    @Test
    void aStopDuringAnOutageIsQuick() {
        IntStream.range(0, 300).forEach(i -> bucket.put("inbox/" + i + ".jpg", FIRST));
        WatchedFolder route = bucket.route(image -> {
            throw new RoboflowUnavailableException("the server is down");
        }).with("outage.retryAfter", "1h").with("outage.maxRetryAfter", "1h").start();
        try (route) {
            await().until(() -> route.isSuspended(bucket.routeId()));
        }
        assertThat(bucket.inbox()).hasSize(300);
    }
}
