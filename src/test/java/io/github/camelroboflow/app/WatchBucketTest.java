package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The shipped route that watches a bucket, against S3Proxy. */
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class WatchBucketTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final byte[] A = "first".getBytes(StandardCharsets.UTF_8);
    private static final byte[] B = "second".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path data;
    private S3Server s3;

    @BeforeEach
    void startServer() {
        System.setProperty("aws.accessKeyId", S3Server.KEY_ID);
        System.setProperty("aws.secretAccessKey", S3Server.SECRET);
        s3 = new S3Server(data).start();
        s3.client().createBucket(request -> request.bucket("images"));
    }

    @AfterEach
    void stopServer() {
        s3.close();
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    private WatchedFolder route() {
        WatchedFolder route = new WatchedFolder(data);
        s3.properties(data).forEach(route::with);
        return route.with("routes", "watch-bucket");
    }

    private WatchedFolder route(Consumer<ImageSource> script) {
        return route().with(new ScriptedEngine(script));
    }

    private void put(String sample, String key) throws IOException {
        s3.put("images", "inbox/" + key, Files.readAllBytes(WatchedFolder.SAMPLES.resolve(sample)));
    }

    private List<String> inbox() {
        return s3.keys("images").stream().filter(key -> key.startsWith("inbox/")).toList();
    }

    private void awaitEmptyInbox() {
        await().atMost(PATIENCE).until(() -> inbox().isEmpty());
    }

    private static String content(ImageSource image) {
        try {
            return new String(image.bytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HealthCheck.Result health(WatchedFolder route, String id) {
        return HealthCheckRegistry.get(route.context()).getCheck("outage:" + id).orElseThrow().callReadiness();
    }

    private List<String> working() {
        return new WatchedFolder(data).files("work").stream().filter(name -> !name.endsWith(".lock")).toList();
    }

    @Test
    void deliversResultsByClassAndMovesImages() throws IOException {
        put("scratched-plate.png", "line 1/scratched-plate.png");
        put("bolts.jpg", "bolts+nuts %41.jpg");
        put("empty belt.jpg", "empty belt.jpg");
        put("gears.jpg", "Zahnräder ${bean:evil} $simple{sysenv.PATH} 'x',y.jpg");
        s3.put("images", "inbox/", new byte[0]);
        s3.put("images", "inbox/notes.txt", A);
        try (WatchedFolder route = route().start()) {
            await().atMost(PATIENCE).until(() -> inbox().equals(List.of("inbox/", "inbox/notes.txt")));

            assertThat(s3.keys("images")).filteredOn(key -> key.startsWith("done/")).containsExactly(
                    "done/Zahnräder ${bean:evil} $simple{sysenv.PATH} 'x',y.jpg", "done/bolts+nuts %41.jpg", "done/empty belt.jpg",
                    "done/line 1/scratched-plate.png");
            assertThat(s3.client().headObject(request -> request.bucket("images").key("done/empty belt.jpg")).contentType())
                    .isEqualTo("image/jpeg");
            assertThat(route.files("results")).containsExactly("fasteners/bolts+nuts %41.jpg.json",
                    "gears/Zahnräder ${bean:evil} $simple{sysenv.PATH} 'x',y.jpg.json", "gears/line 1/scratched-plate.png.json",
                    "nothing-found/empty belt.jpg.json", "scratches/line 1/scratched-plate.png.json");
            assertThat(route.read("results/fasteners/bolts+nuts %41.jpg.json")).startsWith("{\"inference_id\":\"")
                    .contains("\"class\":\"bolt\"").endsWith("}");
            // the folders are those of other routes
            assertThat(data.resolve("inbox")).doesNotExist();
            await().atMost(PATIENCE).until(() -> working().isEmpty());
        }
    }

    @Test
    void badImagesAreInFailedWithASentence() throws IOException {
        s3.put("images", "inbox/letter.jpg", "Dear customer, ".repeat(100).getBytes());
        s3.put("images", "inbox/empty.jpg", new byte[0]);
        put("gears.jpg", "good.jpg");
        try (WatchedFolder route = route().start()) {
            awaitEmptyInbox();

            assertThat(s3.keys("images")).containsExactly("done/good.jpg", "failed/empty.jpg", "failed/empty.jpg.error.json",
                    "failed/letter.jpg", "failed/letter.jpg.error.json");
            assertThat(s3.read("images", "failed/letter.jpg.error.json")).contains("letter.jpg", "it begins with text",
                    "\"image\" : \"letter.jpg\"", "\"route\" : \"watch-bucket\"")
                    // the file that it was downloaded into
                    .doesNotContain("bucket-");
            assertThat(route.files("results")).containsExactly("gears/good.jpg.json");
        }
    }

    @Test
    void anImageWhoseOwnFailuresGoOnIsGivenUp() {
        AtomicInteger calls = new AtomicInteger();
        s3.put("images", "inbox/a.jpg", A);
        try (WatchedFolder route = route(image -> {
            calls.incrementAndGet();
            throw new IllegalStateException("the model has a mistake");
        }).start()) {
            awaitEmptyInbox();

            assertThat(calls).hasValue(3);
            assertThat(s3.read("images", "failed/a.jpg.error.json")).contains("the model has a mistake", "\"attempts\" : 3");
        }
    }

    @Test
    void anOutageOfTheModelLeavesTheImagesInTheBucket() {
        AtomicBoolean down = new AtomicBoolean(true);
        AtomicInteger calls = new AtomicInteger();
        List<String> keys = IntStream.range(10, 60).mapToObj(i -> "inbox/" + i + ".jpg").toList();
        keys.forEach(key -> s3.put("images", key, A));
        try (WatchedFolder route = route(image -> {
            calls.incrementAndGet();
            if (down.get()) {
                throw new RoboflowUnavailableException("the server is down");
            }
        }).start()) {
            await().atMost(PATIENCE).until(() -> calls.get() > 20);
            assertThat(s3.keys("images")).containsExactlyElementsOf(keys);
            assertThat(health(route, "watch-bucket").getMessage()).hasValue("the server is down");

            down.set(false);

            awaitEmptyInbox();
            assertThat(s3.keys("images")).hasSize(50).allMatch(key -> key.startsWith("done/"));
            assertThat(route.files("results")).hasSize(50);
        }
    }

    @Test
    void anImageLeavesTheInboxOnlyWhenItsResultIsThere() throws IOException {
        Path results = Files.writeString(data.resolve("results"), "in the way");
        s3.put("images", "inbox/a.jpg", A);
        try (WatchedFolder route = route(image -> { }).start()) {
            await().atMost(PATIENCE).until(() -> WatchFolderTest.isSuspended(route, "watch-bucket"));
            assertThat(s3.keys("images")).containsExactly("inbox/a.jpg");

            Files.delete(results);

            awaitEmptyInbox();
            assertThat(s3.keys("images")).containsExactly("done/a.jpg");
            assertThat(route.files("results")).containsExactly("nothing-found/a.jpg.json");
        }
    }

    @Test
    void aBucketThatCanNotBeReachedIsTriedAgainFromTheStartOn() {
        s3.put("images", "inbox/before.jpg", A);
        s3.stop();
        try (WatchedFolder route = route(image -> { }).start()) {
            await().atMost(PATIENCE).until(() -> health(route, "bucket-listing").getState() == HealthCheck.State.DOWN);
            assertThat(health(route, "bucket-listing").getMessage().orElseThrow()).contains("the bucket images", s3.address(),
                    "can't be reached");
            s3.start();
            await().atMost(PATIENCE).until(() -> s3.keys("images").equals(List.of("done/before.jpg")));
            await().atMost(PATIENCE).until(() -> health(route, "bucket-listing").getState() == HealthCheck.State.UP);

            s3.stop();
            await().atMost(PATIENCE).until(() -> health(route, "bucket-listing").getState() == HealthCheck.State.DOWN);
            s3.start();
            s3.put("images", "inbox/later.jpg", A);

            await().atMost(PATIENCE).until(() -> s3.keys("images").equals(List.of("done/before.jpg", "done/later.jpg")));
        }
    }

    @Test
    void anImageThatIsFinishedWhileTheBucketIsDownIsNotProcessedAgain() {
        Gate gate = new Gate();
        AtomicInteger calls = new AtomicInteger();
        s3.put("images", "inbox/a.jpg", A);
        try (WatchedFolder route = route(image -> {
            calls.incrementAndGet();
            gate.pass();
        }).start()) {
            await().atMost(PATIENCE).until(() -> gate.waiting() == 1);
            s3.stop();
            gate.open();
            await().atMost(PATIENCE).until(() -> route.files("results").size() == 1);
            await().atMost(PATIENCE).until(() -> health(route, "bucket-listing").getState() == HealthCheck.State.DOWN);

            s3.start();

            await().atMost(PATIENCE).until(() -> s3.keys("images").equals(List.of("done/a.jpg")));
            assertThat(calls).hasValue(1);
        }
    }

    /** They were passed over for ever, without a word: some gateways tell no etag, as here of files laid into its folder. */
    @ParameterizedTest
    @CsvSource({"move, done/a.jpg", "leave, inbox/a.jpg"})
    void objectsWithoutAnEtagAreTakenOnceAndFinished(String after, String end) throws IOException {
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        Path inbox = Files.createDirectories(data.resolve("buckets/images/inbox"));
        // or the server would remove the folder with its last object
        Files.write(inbox.resolve("notes.txt"), A);
        Files.write(inbox.resolve("a.jpg"), A);
        assertThat(s3.client().listObjectsV2(request -> request.bucket("images").prefix("inbox/a")).contents()).singleElement()
                .extracting(S3Object::eTag).isNull();
        for (int run = 0; run < 2; run++) {
            String later = run + ".jpg";
            try (WatchedFolder route = route(image -> seen.add(image.name())).with("s3.after", after).start()) {
                await().atMost(PATIENCE).until(() -> seen.contains("a.jpg"));
                // which comes behind it in a listing that found it again
                Files.move(Files.write(data.resolve(later), B), inbox.resolve("b" + later));
                await().atMost(PATIENCE).until(() -> seen.contains("b" + later));
            }
        }

        assertThat(seen).containsExactly("a.jpg", "b0.jpg", "b1.jpg");
        assertThat(s3.keys("images")).contains(end).hasSize(4);
    }

    @Test
    void anImageThatIsReplacedInFlightIsASecondImage() {
        Gate gate = new Gate();
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        s3.put("images", "inbox/a.jpg", A);
        try (WatchedFolder route = route(image -> {
            seen.add(content(image));
            gate.pass();
        }).start()) {
            await().atMost(PATIENCE).until(() -> gate.waiting() == 1);
            s3.put("images", "inbox/a.jpg", B);
            await().atMost(PATIENCE).until(() -> gate.waiting() == 2);
            gate.open();

            awaitEmptyInbox();
            assertThat(seen).containsExactly("first", "second");
            List<String> done = s3.keys("images");
            assertThat(done).hasSize(2).contains("done/a.jpg").allMatch(key -> key.matches("done/a(~[0-9T.]+)?\\.jpg"));
            assertThat(done.stream().map(key -> s3.read("images", key))).containsExactlyInAnyOrder("first", "second");
            assertThat(s3.read("images", "done/a.jpg")).isEqualTo("first");
            assertThat(route.files("results")).hasSize(2);
        }
    }

    @Test
    void anImageThatIsGoneBeforeItsTurnIsLeftQuietly() {
        Gate gate = new Gate();
        s3.put("images", "inbox/a.jpg", A);
        s3.put("images", "inbox/b.jpg", B);
        try (WatchedFolder route = route(image -> gate.pass()).with("s3.concurrency", "1")
                .with("camel.component.roboflow.maxConcurrentRequests", "1").start()) {
            await().atMost(PATIENCE).until(() -> gate.waiting() == 1);
            IntStream.range(0, 5).forEach(i -> s3.put("images", "inbox/c" + i + ".jpg", A));
            await().atMost(PATIENCE).until(() -> working().size() >= 2);
            s3.client().deleteObject(request -> request.bucket("images").key("inbox/c4.jpg"));
            gate.open();

            awaitEmptyInbox();
            assertThat(s3.keys("images")).allMatch(key -> key.startsWith("done/")).hasSize(6).doesNotContain("done/c4.jpg");
        }
    }

    @Test
    void nothingInDoneIsOverwritten() {
        s3.put("images", "done/a.jpg", B);
        s3.put("images", "inbox/a.jpg", A);
        try (WatchedFolder route = route(image -> { }).start()) {
            awaitEmptyInbox();

            List<String> done = s3.keys("images");
            assertThat(done).hasSize(2).element(1).asString().matches("done/a~\\d{8}T\\d{6}\\.\\d{3}\\.jpg");
            assertThat(s3.read("images", "done/a.jpg")).isEqualTo("second");
            assertThat(s3.read("images", done.get(1))).isEqualTo("first");
            assertThat(route.files("results")).containsExactly("nothing-found/" + done.get(1).substring("done/".length()) + ".json");
        }
    }

    @Test
    void anImageThatWasFiledBeforeACrashIsNotFiledTwice() {
        s3.put("images", "done/a.jpg", A);
        s3.put("images", "inbox/a.jpg", A);
        try (WatchedFolder route = route(image -> { }).start()) {
            awaitEmptyInbox();

            assertThat(s3.keys("images")).containsExactly("done/a.jpg");
            assertThat(route.files("results")).containsExactly("nothing-found/a.jpg.json");
        }
    }

    @Test
    void whateverLaterStepsDoToTheMessageTheSourceIsFinished() {
        AtomicInteger calls = new AtomicInteger();
        s3.put("images", "inbox/a.jpg", A);
        s3.put("images", "inbox/b.jpg", B);
        try (WatchedFolder route = route(image -> { })) {
            route.withDestination(exchange -> {
                calls.incrementAndGet();
                exchange.getMessage().removeHeaders("*");
                exchange.getMessage().setHeader("CamelAwsS3Key", "other");
                exchange.getMessage().setHeader("CamelFileName", "other");
                exchange.getMessage().setBody("other");
                exchange.removeVariable("image");
            }).start();
            awaitEmptyInbox();

            assertThat(calls).hasValue(2);
            assertThat(s3.keys("images")).containsExactly("done/a.jpg", "done/b.jpg");
            await().atMost(PATIENCE).until(() -> working().isEmpty());
        }
    }

    @Test
    void imagesThatAreLeftAreTakenOnceAlsoAfterARestart() {
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        s3.put("images", "inbox/a.jpg", A);
        s3.put("images", "inbox/empty.jpg", new byte[0]);
        try (WatchedFolder route = route(image -> seen.add(content(image))).with("s3.after", "leave").start()) {
            await().atMost(PATIENCE).until(() -> seen.size() == 2);
            s3.put("images", "inbox/b.jpg", B);
            await().atMost(PATIENCE).until(() -> seen.size() == 3);
        }
        try (WatchedFolder route = route(image -> seen.add(content(image))).with("s3.after", "leave").start()) {
            s3.put("images", "inbox/a.jpg", "third".getBytes(StandardCharsets.UTF_8));
            await().atMost(PATIENCE).until(() -> seen.size() == 4);
            s3.put("images", "inbox/c.jpg", "fourth".getBytes(StandardCharsets.UTF_8));
            await().atMost(PATIENCE).until(() -> seen.size() == 5);
        }

        assertThat(seen).containsExactlyInAnyOrder("first", "", "second", "third", "fourth");
        assertThat(s3.keys("images")).containsExactly("inbox/a.jpg", "inbox/b.jpg", "inbox/c.jpg", "inbox/empty.jpg");
    }

    @Test
    void aFailedImageThatIsLeftHasItsReportInFailed() {
        s3.put("images", "inbox/letter.jpg", "Dear customer".getBytes(StandardCharsets.UTF_8));
        try (WatchedFolder route = route().with("s3.after", "leave").start()) {
            await().atMost(PATIENCE).until(() -> s3.keys("images").size() == 2);

            assertThat(s3.keys("images")).containsExactly("failed/letter.jpg.error.json", "inbox/letter.jpg");
        }
    }

    @Test
    void anImageLargerThanAllowedFailsWithoutBeingRead() {
        s3.put("images", "inbox/large.jpg", new byte[3_000_000]);
        s3.put("images", "inbox/small.jpg", A);
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        try (WatchedFolder route = route(image -> seen.add(content(image))).with("s3.maxSize", "2MB").start()) {
            awaitEmptyInbox();

            assertThat(s3.keys("images")).containsExactly("done/small.jpg", "failed/large.jpg", "failed/large.jpg.error.json");
            assertThat(s3.read("images", "failed/large.jpg.error.json")).contains("large.jpg is too large: it has 3 MB", "s3.maxSize is 2 MB");
            assertThat(seen).containsExactly("first");
        }
    }

    @Test
    void aLargeImageArrivesWhole() {
        byte[] large = new byte[20_000_000];
        Arrays.fill(large, (byte) 7);
        s3.put("images", "inbox/large.jpg", large);
        AtomicInteger size = new AtomicInteger();
        try (WatchedFolder route = route(image -> size.set(content(image).length())).start()) {
            awaitEmptyInbox();

            assertThat(size).hasValue(large.length);
            assertThat(s3.client().headObject(request -> request.bucket("images").key("done/large.jpg")).contentLength())
                    .isEqualTo(large.length);
        }
    }

    @Test
    void namesThatOthersChoseStayNames() {
        String longName = ("ä".repeat(100) + "/").repeat(4) + "b".repeat(1024 - "inbox/".length() - 4 * 201 - 4) + ".jpg";
        List<String> names = List.of("a\r\nb.jpg", "tab\there.jpg", "back\\..\\..\\slash.jpg", "${sys:user.home}.jpg", "{{queue.password}}.jpg",
                "a?b=c&d.jpg", "%2e%2e%2fx.jpg", "\u202Egpj.exe.jpg", "~.jpg", "..jpg", "...jpg", longName);
        names.forEach(name -> s3.put("images", "inbox/" + name, name.getBytes(StandardCharsets.UTF_8)));
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        try (WatchedFolder route = route(image -> seen.add(content(image))).start()) {
            awaitEmptyInbox();

            assertThat(seen).containsExactlyInAnyOrderElementsOf(names);
            assertThat(s3.keys("images")).containsExactlyInAnyOrderElementsOf(names.stream().map(name -> "done/" + name).toList());
            assertThat(route.files("results")).hasSize(names.size()).allMatch(file -> file.startsWith("nothing-found/"))
                    .noneMatch(file -> file.chars().anyMatch(c -> c < ' ' || c == '\\'));        }
    }

    @Test
    void onlyWhatIsIncludedAndNotExcludedIsTaken() {
        List.of("line-1/a.jpg", "line-1/deep/b.jpg", "line-1/test/c.jpg", "line-2/d.jpg", "e.jpg")
                .forEach(name -> s3.put("images", "inbox/" + name, A));
        try (WatchedFolder route = route(image -> { }).with("s3.include", "line-1/**, e*.jpg").with("s3.exclude", "**/test/*").start()) {
            await().atMost(PATIENCE).until(() -> inbox().size() == 2);

            assertThat(inbox()).containsExactly("inbox/line-1/test/c.jpg", "inbox/line-2/d.jpg");
        }
    }

    @Test
    void theWholeBucketCanBeTheInbox() {
        s3.put("images", "a.jpg", A);
        s3.put("images", "line/b.jpg", B);
        AtomicInteger calls = new AtomicInteger();
        try (WatchedFolder route = route(image -> calls.incrementAndGet()).with("s3.inbox", "").start()) {
            await().atMost(PATIENCE).until(() -> s3.keys("images").equals(List.of("done/a.jpg", "done/line/b.jpg")));
            s3.put("images", "c.jpg", B);
            await().atMost(PATIENCE).until(() -> s3.keys("images").equals(List.of("done/a.jpg", "done/c.jpg", "done/line/b.jpg")));

            assertThat(calls).hasValue(3);
        }
    }

    @Test
    void moreThanAPageIsTakenAndEachOnce() {
        int count = 1500;
        IntStream.range(0, count).parallel().forEach(i -> s3.put("images", "inbox/" + i % 7 + "/" + i + ".jpg", ("" + i).getBytes()));
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        try (WatchedFolder route = route(image -> seen.add(content(image))).start()) {
            awaitEmptyInbox();

            assertThat(seen).hasSize(count).doesNotHaveDuplicates();
            assertThat(s3.keys("images")).hasSize(count).allMatch(key -> key.startsWith("done/"));
        }
    }

    @Test
    void whatAKilledProgramLeftInWorkIsDeletedAndWhatARunningOneHasIsNot() throws IOException {
        Path work = Files.createDirectories(data.resolve("work"));
        Files.write(work.resolve("bucket-dead-1.jpg"), A);
        Files.write(work.resolve("bucket-dead.lock"), new byte[0]);
        Path other = Files.write(Files.createDirectories(work.resolve("abc-1")).resolve("of-a-folder.jpg"), A);
        s3.put("images", "inbox/a.jpg", A);
        Gate gate = new Gate();
        try (WatchedFolder first = route(image -> gate.pass()).start()) {
            await().atMost(PATIENCE).until(() -> gate.waiting() == 1);
            assertThat(work.resolve("bucket-dead-1.jpg")).doesNotExist();
            List<String> worked = working();
            try (WatchedFolder second = route(image -> { }).with("s3.inbox", "elsewhere/").start()) {
                s3.put("images", "elsewhere/b.jpg", B);
                await().atMost(PATIENCE).until(() -> s3.keys("images").contains("done/b.jpg"));
            }
            assertThat(working()).containsAll(worked);
            gate.open();
            awaitEmptyInbox();
            assertThat(other).exists();
        }
    }

    @Test
    void wrongCredentialsAreToldAndEmptyNoInbox() {
        s3.put("images", "inbox/a.jpg", A);
        System.setProperty("aws.secretAccessKey", "wrong");
        try (WatchedFolder route = route(image -> { }).start()) {
            await().atMost(PATIENCE).until(() -> health(route, "bucket-listing").getState() == HealthCheck.State.DOWN);

            assertThat(health(route, "bucket-listing").getMessage().orElseThrow()).contains("403", "check the credentials");
            assertThat(s3.keys("images")).containsExactly("inbox/a.jpg");
        }
    }

    @Test
    void aStopDuringAnOutageIsQuick() {
        IntStream.range(0, 300).forEach(i -> s3.put("images", "inbox/" + i + ".jpg", A));
        WatchedFolder route = route(image -> {
            throw new RoboflowUnavailableException("the server is down");
        }).with("outage.retryAfter", "1h").with("outage.maxRetryAfter", "1h").start();
        try (route) {
            await().atMost(PATIENCE).until(() -> WatchFolderTest.isSuspended(route, "watch-bucket"));
        }
        assertThat(inbox()).hasSize(300);
    }
}
