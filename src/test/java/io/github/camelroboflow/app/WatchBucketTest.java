package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** The shipped route from bucket to bucket, against S3Proxy. */
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class WatchBucketTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path data;
    private S3Server s3;

    @BeforeEach
    void startServer() {
        System.setProperty("aws.accessKeyId", S3Server.KEY_ID);
        System.setProperty("aws.secretAccessKey", S3Server.SECRET);
        s3 = new S3Server(data).start();
        s3.client().createBucket(request -> request.bucket("images"));
        s3.client().createBucket(request -> request.bucket("results"));
    }

    @AfterEach
    void stopServer() {
        s3.close();
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    private WatchedFolder route() {
        return new WatchedFolder(data).with("routes", "watch-bucket").with("s3.overrideEndpoint", "true")
                .with("s3.endpoint", s3.address()).with("s3.forcePathStyle", "true").with("s3.delay", "50");
    }

    private void put(String sample, String key) throws IOException {
        s3.put("images", "inbox/" + key, Files.readAllBytes(WatchedFolder.SAMPLES.resolve(sample)));
    }

    @Test
    void putsResultsByClassAndMovesImages() throws IOException {
        put("scratched-plate.png", "line 1/scratched-plate.png");
        put("bolts.jpg", "bolts.jpg");
        put("empty belt.jpg", "empty belt.jpg");
        put("gears.jpg", "Zahnräder ${bean:evil} $simple{sysenv.PATH} 'x',y.jpg");
        try (WatchedFolder route = route().start()) {
            await().atMost(PATIENCE).until(() -> s3.keys("images").stream().noneMatch(key -> key.startsWith("inbox/")));

            assertThat(s3.keys("images")).containsExactly("done/Zahnräder ${bean:evil} $simple{sysenv.PATH} 'x',y.jpg",
                    "done/bolts.jpg", "done/empty belt.jpg", "done/line 1/scratched-plate.png");
            assertThat(s3.keys("results")).containsExactly("fasteners/bolts.jpg.json",
                    "gears/Zahnräder ${bean:evil} $simple{sysenv.PATH} 'x',y.jpg.json", "nothing-found/empty belt.jpg.json",
                    "scratches/line 1/scratched-plate.png.json");
            assertThat(s3.read("results", "fasteners/bolts.jpg.json")).startsWith("{\"inference_id\":\"")
                    .contains("\"class\":\"bolt\"").endsWith("}");
            assertThat(s3.client().headObject(request -> request.bucket("results").key("fasteners/bolts.jpg.json")).contentType())
                    .isEqualTo("application/json");
            // the folders are those of other routes
            assertThat(data.resolve("inbox")).doesNotExist();
            assertThat(data.resolve("work")).doesNotExist();
        }
    }

    @Test
    void badImagesAreInFailedWithASentence() throws IOException {
        s3.put("images", "inbox/letter.jpg", "Dear customer, ".repeat(100).getBytes());
        s3.put("images", "inbox/empty.jpg", new byte[0]);
        put("gears.jpg", "good.jpg");
        try (WatchedFolder route = route().start()) {
            await().atMost(PATIENCE).until(() -> s3.keys("images").stream().noneMatch(key -> key.startsWith("inbox/")));

            assertThat(s3.keys("images")).containsExactly("done/good.jpg", "failed/empty.jpg", "failed/empty.jpg.error.json",
                    "failed/letter.jpg", "failed/letter.jpg.error.json");
            assertThat(s3.read("images", "failed/letter.jpg.error.json")).contains("it begins with text",
                    "\"image\" : \"inbox/letter.jpg\"", "\"route\" : \"watch-bucket\"");
            assertThat(s3.keys("results")).containsExactly("gears/good.jpg.json");
        }
    }

    @Test
    void anOutageOfTheModelLeavesTheImagesInTheBucket() {
        AtomicBoolean down = new AtomicBoolean(true);
        AtomicInteger calls = new AtomicInteger();
        ScriptedEngine engine = new ScriptedEngine(image -> {
            calls.incrementAndGet();
            if (down.get()) {
                throw new RoboflowUnavailableException("the server is down");
            }
        });
        List<String> keys = IntStream.range(10, 60).mapToObj(i -> "inbox/" + i + ".jpg").toList();
        keys.forEach(key -> s3.put("images", key, new byte[] {1}));
        try (WatchedFolder route = route().with(engine).start()) {
            await().atMost(PATIENCE).until(() -> calls.get() > 60);
            assertThat(s3.keys("images")).containsExactlyElementsOf(keys);

            down.set(false);

            await().atMost(PATIENCE).until(() -> s3.keys("images").stream().noneMatch(key -> key.startsWith("inbox/")));
            assertThat(s3.keys("images")).hasSize(50).allMatch(key -> key.startsWith("done/"));
            assertThat(s3.keys("results")).hasSize(50);
        }
    }

    @Test
    void anImageLeavesTheInboxOnlyWhenItsResultIsThere() throws IOException {
        s3.client().deleteBucket(request -> request.bucket("results"));
        put("gears.jpg", "gears.jpg");
        try (WatchedFolder route = route().start()) {
            await().atMost(PATIENCE).until(() -> WatchFolderTest.isSuspended(route, "watch-bucket"));
            assertThat(s3.keys("images")).containsExactly("inbox/gears.jpg");

            s3.client().createBucket(request -> request.bucket("results"));

            await().atMost(PATIENCE).until(() -> s3.keys("images").equals(List.of("done/gears.jpg")));
            assertThat(s3.keys("results")).containsExactly("gears/gears.jpg.json");
        }
    }

    @Test
    void imagesWaitWhileTheBucketsCanNotBeReached() throws IOException {
        try (WatchedFolder route = route().start()) {
            put("gears.jpg", "before.jpg");
            await().atMost(PATIENCE).until(() -> s3.keys("images").equals(List.of("done/before.jpg")));

            s3.stop();
            s3.start();
            put("gears.jpg", "after.jpg");

            await().atMost(PATIENCE).until(() -> s3.keys("images").equals(List.of("done/after.jpg", "done/before.jpg")));
            assertThat(s3.keys("results")).containsExactly("gears/after.jpg.json", "gears/before.jpg.json");
        }
    }
}
