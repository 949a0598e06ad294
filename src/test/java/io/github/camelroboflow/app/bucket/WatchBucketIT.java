package io.github.camelroboflow.app.bucket;

import static io.github.camelroboflow.app.bucket.WatchedBucket.FIRST;
import static io.github.camelroboflow.app.bucket.WatchedBucket.SECOND;
import static io.github.camelroboflow.app.bucket.WatchedBucket.content;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.Cloud;
import io.github.camelroboflow.delivery.source.ImageTally;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The shipped routes that watch a bucket, against S3Proxy and Azurite: what it takes, and where that ends. */
class WatchBucketIT extends CloudTestBase {

    @Test
    void deliversResultsByClassAndMovesImages() throws IOException {
        bucket.putSample("scratched-plate.png", "inbox/line 1/scratched-plate.png");
        bucket.putSample("bolts.jpg", "inbox/bolts+nuts %41.jpg");
        bucket.putSample("empty belt.jpg", "inbox/empty belt.jpg");
        bucket.putSample("gears.jpg", "inbox/Zahnräder ${bean:evil} $simple{sysenv.PATH} 'x',y.jpg");
        bucket.put("inbox/", new byte[0]);
        bucket.put("inbox/notes.txt", FIRST);
        try (WatchedFolder route = bucket.route().start()) {
            await().until(() -> bucket.inbox().equals(List.of("inbox/", "inbox/notes.txt")));

            assertThat(bucket.keys()).filteredOn(key -> key.startsWith("done/")).containsExactly(
                    "done/Zahnräder ${bean:evil} $simple{sysenv.PATH} 'x',y.jpg", "done/bolts+nuts %41.jpg", "done/empty belt.jpg",
                    "done/line 1/scratched-plate.png");
            assertThat(bucket.server().describe(bucket.name(), "done/empty belt.jpg").contentType())
                    .isEqualTo("image/jpeg");
            assertThat(route.files("results")).containsExactly("fasteners/bolts+nuts %41.jpg.json",
                    "gears/Zahnräder ${bean:evil} $simple{sysenv.PATH} 'x',y.jpg.json", "gears/line 1/scratched-plate.png.json",
                    "nothing-found/empty belt.jpg.json", "scratches/line 1/scratched-plate.png.json");
            assertThat(route.read("results/fasteners/bolts+nuts %41.jpg.json")).startsWith("{\"inference_id\":\"")
                    .contains("\"class\":\"bolt\"").endsWith("}");
            // the folders are those of other routes
            assertThat(data.resolve("inbox")).doesNotExist();
            await().until(() -> bucket.working().isEmpty());
            assertThat(ImageTally.of(route.context()).counts()).satisfies(counts -> {
                assertThat(counts.done()).isEqualTo(4);
                assertThat(counts.failed()).isZero();
                assertThat(counts.empty()).isEqualTo(1);
                assertThat(counts.classes()).containsEntry("scratch", 1L).containsEntry("gear", 2L);
            });
            assertThat(route.answer("explain line 1/scratched-plate.png"))
                    .startsWith("line 1/scratched-plate.png is done since ").contains(
                    "/" + bucket.name() + "/done/line 1/scratched-plate.png", "model        parts-detect/1",
                    "scratches/line 1/scratched-plate.png.json, of this model with these options", "true         scratch",
                    "results/gears: has it since ");
        }
    }

    @Test
    void onlyWhatIsIncludedAndNotExcludedIsTaken() {
        List.of("line-1/a.jpg", "line-1/deep/b.jpg", "line-1/test/c.jpg", "line-2/d.jpg", "e.jpg")
                .forEach(name -> bucket.put("inbox/" + name, FIRST));
        try (WatchedFolder route = bucket.route(image -> { }).with(bucket.property("include"), "line-1/**, e*.jpg")
                .with(bucket.property("exclude"), "**/test/*").start()) {
            await().until(() -> bucket.inbox().size() == 2);

            assertThat(bucket.inbox()).containsExactly("inbox/line-1/test/c.jpg", "inbox/line-2/d.jpg");
        }
    }

    @Test
    void theWholeBucketCanBeTheInbox() {
        bucket.put("a.jpg", FIRST);
        bucket.put("line/b.jpg", SECOND);
        AtomicInteger calls = new AtomicInteger();
        try (WatchedFolder route = bucket.route(image -> calls.incrementAndGet()).with(bucket.property("inbox"), "").start()) {
            await().until(() -> bucket.keys().equals(List.of("done/a.jpg", "done/line/b.jpg")));
            bucket.put("c.jpg", SECOND);
            await().until(() -> bucket.keys().equals(List.of("done/a.jpg", "done/c.jpg", "done/line/b.jpg")));

            assertThat(calls).hasValue(3);
        }
    }

    @Test
    void moreThanAPageIsTakenAndEachOnce() {
        int objects = 1100;
        // Azurite takes some milliseconds for each request
        int images = cloud == Cloud.S3 ? objects : 150;
        // in threads of this test alone: those of the common pool may all be busy with other tests
        ExecutorService threads = Executors.newFixedThreadPool(8);
        CompletableFuture.allOf(IntStream.range(0, objects).mapToObj(i -> CompletableFuture.runAsync(() ->
                bucket.put("inbox/" + i % 7 + "/" + i + (i < images ? ".jpg" : ".part"), ("" + i).getBytes()), threads))
                .toArray(CompletableFuture[]::new)).join();
        threads.shutdown();
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        try (WatchedFolder route = bucket.route(image -> seen.add(content(image))).start()) {
            await().until(() -> seen.size() >= images);
            await().until(() -> bucket.inbox().stream().noneMatch(key -> key.endsWith(".jpg")));

            assertThat(seen).hasSize(images).doesNotHaveDuplicates();
            assertThat(bucket.keys()).hasSize(objects).filteredOn(key -> key.startsWith("done/")).hasSize(images);
        }
    }

    @Test
    void aLargeImageArrivesWhole() {
        byte[] large = new byte[20_000_000];
        Arrays.fill(large, (byte) 7);
        bucket.put("inbox/large.jpg", large);
        AtomicInteger size = new AtomicInteger();
        try (WatchedFolder route = bucket.route(image -> size.set(content(image).length())).start()) {
            bucket.awaitEmptyInbox();

            assertThat(size).hasValue(large.length);
            assertThat(bucket.server().describe(bucket.name(), "done/large.jpg").size()).isEqualTo(large.length);
        }
    }

    @Test
    void namesThatOthersChoseStayNames() {
        String longName = ("ä".repeat(100) + "/").repeat(4) + "b".repeat(1024 - "inbox/".length() - 4 * 201 - 4) + ".jpg";
        List<String> names = Stream.of("a\r\nb.jpg", "tab\there.jpg", "back\\..\\..\\slash.jpg", "${sys:user.home}.jpg",
                "{{queue.password}}.jpg", "a?b=c&d.jpg", "%2e%2e%2fx.jpg", "\u202Egpj.exe.jpg", "~.jpg", "#+%2B'\"<>|*.jpg",
                "dot./ space /x.jpg", longName).filter(cloud::canHave).toList();
        names.forEach(name -> bucket.put("inbox/" + name, name.getBytes(StandardCharsets.UTF_8)));
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        try (WatchedFolder route = bucket.route(image -> seen.add(content(image))).start()) {
            bucket.awaitEmptyInbox();

            assertThat(seen).containsExactlyInAnyOrderElementsOf(names);
            assertThat(bucket.keys()).containsExactlyInAnyOrderElementsOf(names.stream().map(name -> "done/" + name).toList());
            assertThat(route.files("results")).hasSize(names.size()).allMatch(file -> file.startsWith("nothing-found/"))
                    .noneMatch(file -> file.chars().anyMatch(c -> c < ' ' || c == '\\'));
        }
    }

    @Test
    void nothingInDoneIsOverwritten() {
        bucket.put("done/a.jpg", SECOND);
        bucket.put("inbox/a.jpg", FIRST);
        try (WatchedFolder route = bucket.route(image -> { }).start()) {
            bucket.awaitEmptyInbox();

            List<String> done = bucket.keys();
            assertThat(done).hasSize(2).element(1).asString().matches("done/a~\\d{8}T\\d{6}\\.\\d{3}\\.jpg");
            assertThat(bucket.read("done/a.jpg")).isEqualTo("second");
            assertThat(bucket.read(done.get(1))).isEqualTo("first");
            assertThat(route.files("results"))
                    .containsExactly("nothing-found/" + done.get(1).substring("done/".length()) + ".json");
        }
    }

    @Test
    void whateverLaterStepsDoToTheMessageTheSourceIsFinished() {
        AtomicInteger calls = new AtomicInteger();
        bucket.put("inbox/a.jpg", FIRST);
        bucket.put("inbox/b.jpg", SECOND);
        try (WatchedFolder route = bucket.route(image -> { })) {
            route.withDestination(exchange -> {
                calls.incrementAndGet();
                exchange.getMessage().removeHeaders("*");
                exchange.getMessage().setHeader("CamelAwsS3Key", "other");
                exchange.getMessage().setHeader("CamelFileName", "other");
                exchange.getMessage().setBody("other");
                exchange.removeVariable("image");
            }).start();
            bucket.awaitEmptyInbox();

            assertThat(calls).hasValue(2);
            assertThat(bucket.keys()).containsExactly("done/a.jpg", "done/b.jpg");
            await().until(() -> bucket.working().isEmpty());
        }
    }
}
