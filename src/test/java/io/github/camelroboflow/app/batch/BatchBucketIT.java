package io.github.camelroboflow.app.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.LogLines;
import io.github.camelroboflow.Own;
import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.AwsCredentials;
import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.app.fixture.S3Quirks;
import io.github.camelroboflow.app.fixture.S3Server;
import io.github.camelroboflow.delivery.bucket.BucketImages;
import io.github.camelroboflow.delivery.bucket.s3.S3Connection;
import io.github.camelroboflow.delivery.bucket.s3.S3Connection.S3Settings;
import io.github.camelroboflow.delivery.bucket.s3.S3Store;
import io.github.camelroboflow.delivery.source.ImageNameFilter;
import io.github.camelroboflow.inference.support.Backoff;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The route batch with the images of a bucket, in the program of an operator. */
@ExtendWith(AwsCredentials.class)
class BatchBucketIT {

    @TempDir
    private static Path servers;
    private static S3Server s3;

    @RegisterExtension
    private final LogLines log = new LogLines();
    @TempDir
    private Path data;
    private S3Quirks relay;
    private Path out;

    @BeforeAll
    static void startServer() {
        s3 = new S3Server(servers).start();
        s3.client().createBucket(request -> request.bucket("images"));
    }

    @AfterAll
    static void stopServer() {
        s3.close();
    }

    @BeforeEach
    void openRelay() {
        relay = new S3Quirks(s3);
        out = data.resolve("found");
    }

    @AfterEach
    void closeRelay() {
        relay.close();
    }

    private void put(String sample, String key) throws IOException {
        s3.put("images", key, Files.readAllBytes(WatchedFolder.SAMPLES.resolve(sample)));
    }

    private Map<String, String> properties(String prefix, String... more) {
        Map<String, String> all = new HashMap<>(s3.properties(data));
        all.putAll(Map.of("routes", "batch", "in", "s3://images/" + prefix, "out", out.toString(), "s3.endpoint", relay.address(),
                "aws.accessKeyId", S3Server.KEY_ID, "aws.secretAccessKey", S3Server.SECRET, "outage.retryAfter", "200",
                "outage.maxRetryAfter", "200"));
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        return all;
    }

    private ProgramProcess start(String prefix, String... more) {
        return ProgramProcess.start(data, properties(prefix, more));
    }

    private String run(int exitCode, String prefix, String... more) {
        try (ProgramProcess program = start(prefix, more)) {
            assertThat(program.exitCode()).as(program.output()).isEqualTo(exitCode);
            return program.output();
        }
    }

    private List<JsonNode> lines() throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(out.resolve(ResultFiles.LINES))) {
            lines.add(new ObjectMapper().readTree(line));
        }
        return lines;
    }

    private List<String> images() throws IOException {
        return lines().stream().map(line -> line.path("image").textValue()).sorted().toList();
    }

    private static List<String> keys(String prefix) {
        return s3.keys("images").stream().filter(key -> key.startsWith(prefix)).toList();
    }

    private long reads() {
        return relay.count(S3Quirks.line("^GET /images/[^?]*\\.(jpg|png)"));
    }

    @Test
    void aKilledBatchOfABucketGoesOnAndReadsNothingTwice() throws IOException {
        int count = 40;
        for (int i = 0; i < count; i++) {
            put("gears.jpg", "killed/" + i % 3 + "/" + i + ".jpg");
        }
        List<String> before = keys("killed/");
        Path results = out.resolve(ResultFiles.LINES);
        // so that a rest is left at the kill
        relay.refusing(S3Quirks.line("^GET /images/killed/").and(head -> reads() > 3 * count / 4), "503 Slow Down", "SlowDown",
                "Please reduce your request rate.");
        try (ProgramProcess program = start("killed")) {
            await().until(() -> Files.exists(results) && Files.readAllLines(results).size() > count / 4);
            program.kill();
        }
        relay.forget();
        int done = Files.readAllLines(results).size();
        // the same bytes have the same etag
        put("gears.jpg", "killed/0/0.jpg");
        long readBefore = reads();

        String output = run(0, "killed");

        assertThat(done).isLessThan(count);
        assertThat(output).contains("images in s3://images/killed/ have their results from an earlier run", count + " done (");
        assertThat(images()).hasSize(count).doesNotHaveDuplicates();
        // the rest, the line that the kill may have torn, and the thumbnails
        assertThat(reads() - readBefore).isLessThanOrEqualTo(count - done + 1 + count + 1);
        assertThat(keys("killed/")).isEqualTo(before);
        try (Stream<Path> files = Files.list(data.resolve("work"))) {
            assertThat(files).isEmpty();
        }

        put("bolts.jpg", "killed/0/3.jpg");
        s3.client().deleteObject(request -> request.bucket("images").key("killed/0/6.jpg"));
        run(0, "killed/");
        assertThat(images()).hasSize(count - 1).doesNotContain("0/6.jpg");
        assertThat(lines().stream().filter(line -> line.path("image").textValue().equals("0/3.jpg")).findFirst().orElseThrow()
                .at("/result/predictions/0/class").textValue()).isEqualTo("bolt");
    }

    @Test
    void namesAreKeysBelowThePrefixAndOneBadObjectIsALine() throws IOException {
        put("gears.jpg", "mixed/line 1/ü+a.jpg");
        put("gears.jpg", "mixed/line 1/ü+a.png");
        put("nothing-to-find.jpg", "mixed/empty.jpg");
        put("gears.jpg", "mixed/.hidden/a.jpg");
        put("gears.jpg", "mixed2/a.jpg");
        s3.put("images", "mixed/notes.txt", new byte[1]);
        s3.put("images", "mixed/damaged.jpg", "no image".getBytes(StandardCharsets.UTF_8));
        s3.put("images", "mixed/large.jpg", new byte[300_000]);

        String output = run(1, "mixed", "export", "coco,yolo,voc,labelme", "s3.maxSize", "290KB");

        assertThat(output).contains("3 done, 2 failed", "failed: damaged.jpg: ", "failed: large.jpg: large.jpg is too large",
                "1 other file in s3://images/mixed/ is left out").doesNotContain("\tat ");
        assertThat(images()).containsExactly("damaged.jpg", "empty.jpg", "large.jpg", "line 1/ü+a.jpg", "line 1/ü+a.png");
        assertThat(new ObjectMapper().readTree(out.resolve("coco/annotations.json").toFile()).path("images"))
                .extracting(image -> image.path("file_name").textValue())
                .containsExactlyInAnyOrder("empty.jpg", "line 1/ü+a.jpg", "line 1/ü+a.png");
        assertThat(out.resolve("yolo/labels/line 1/ü+a.txt")).isNotEmptyFile();
        assertThat(new ObjectMapper().readTree(out.resolve("labelme/line 1/ü+a.json").toFile()).path("imagePath").textValue())
                .isIn("ü+a.jpg", "ü+a.png");
        try (Stream<Path> files = Files.list(out.resolve("voc/Annotations/line 1"))) {
            assertThat(files).hasSize(2);
        }
        assertThat(out.resolve("report.html")).content().contains("s3://images/mixed/", "data:image/jpeg;base64,");

        Map<String, String> withoutSource = new HashMap<>(properties("mixed"));
        withoutSource.keySet().removeAll(List.of("routes", "in"));
        for (Map<String, String> properties : List.of(properties("mixed"), withoutSource)) {
            assertExplained(properties);
        }
    }

    private void assertExplained(Map<String, String> properties) {
        try (ProgramProcess explain = ProgramProcess.command(data, properties, "explain",
                "s3://images/mixed/line 1/ü+a.jpg")) {
            assertThat(explain.exitCode()).as(explain.output()).isZero();
            assertThat(explain.output()).contains("line 1/ü+a.jpg is done: ", "etag ", "parts-detect/1, weights ", "gear ");
        }
    }

    @Test
    void aBusyBucketIsWaitedFor() throws IOException {
        for (int i = 0; i < 5; i++) {
            put("gears.jpg", "busy/" + i + ".jpg");
        }
        relay.refusing(S3Quirks.line("^GET /images/busy/|prefix=busy").and(head -> reads() > 1 && reads() < 25),
                "503 Slow Down", "SlowDown", "Please reduce your request rate.");

        assertThat(run(0, "busy")).contains("5 done, 0 failed");

        assertThat(images()).hasSize(5);
    }

    @Test
    void aMissingRightStopsTheStartAndIsNamed() {
        relay.refusing(S3Quirks.line("^GET /images/refused/"), "403 Forbidden", "AccessDenied", "not authorized");

        assertThat(run(2, "refused")).contains("Cannot start: ", "s3:GetObject").doesNotContain("\tat ");
        assertThat(out).doesNotExist();
    }

    private BucketImages bucket(String name, String endpoint) {
        return new BucketImages(new S3Store(new S3Connection(new S3Settings("us-east-1", true, endpoint, true)), name), "checked/",
                data.resolve("work"), 1000);
    }

    @Test
    void aStopEndsTheWaitForABucketThatIsAway() throws IOException {
        relay.refusing(S3Quirks.line("prefix=checked"), "503 Slow Down", "SlowDown", "Please reduce your request rate.");
        CountDownLatch stop = new CountDownLatch(1);
        try (BucketSource source = new BucketSource(bucket("images", relay.address()), new ImageNameFilter("jpg", "", ""),
                new Backoff(Duration.ofHours(1), Duration.ofHours(1)))) {
            source.open(false, stop);
            CompletableFuture<Boolean> listed = CompletableFuture.supplyAsync(() -> source.list((path, e) -> { }).hasNext(),
                    Own.THREAD);
            await().until(() -> !log.with("The batch waits").isEmpty());
            assertThat(listed).isNotDone();

            stop.countDown();

            await().until(listed::isDone);
            assertThat(listed).isCompletedExceptionally();
        }
    }

    @Test
    void whatWaitingDoesNotMendIsRefusedAndTheRestIsNot() {
        assertThatCode(() -> bucket("images", s3.address()).check()).doesNotThrowAnyException();
        assertThatThrownBy(() -> bucket("none", s3.address()).check()).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there is no bucket none");
        relay.refusing(S3Quirks.line("prefix=checked"), "403 Forbidden", "AccessDenied", "not authorized");
        assertThatThrownBy(() -> bucket("images", relay.address()).check()).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("s3:ListBucket");
        relay.forget();
        relay.refusing(S3Quirks.line("prefix=checked"), "503 Slow Down", "SlowDown", "Please reduce your request rate.");
        assertThatCode(() -> bucket("images", relay.address()).check()).doesNotThrowAnyException();
    }
}
