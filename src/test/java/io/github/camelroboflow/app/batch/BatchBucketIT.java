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
import io.github.camelroboflow.app.fixture.AzuriteServer;
import io.github.camelroboflow.app.fixture.BucketServer;
import io.github.camelroboflow.app.fixture.Cloud;
import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.app.fixture.QuirkyRelay;
import io.github.camelroboflow.delivery.bucket.BucketImages;
import io.github.camelroboflow.delivery.bucket.BucketImages.BucketAddress;
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
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The route batch with the images of a bucket of any cloud, in the program of an operator. */
@ParameterizedClass
@EnumSource(Cloud.class)
@ExtendWith(AwsCredentials.class)
class BatchBucketIT {

    @TempDir
    private static Path servers;
    private static BucketServer server;
    private static String bucket;

    @Parameter
    private Cloud cloud;

    @RegisterExtension
    private final LogLines log = new LogLines();
    @TempDir
    private Path data;
    private QuirkyRelay relay;
    private Path out;

    @BeforeParameterizedClassInvocation
    static void startServer(Cloud cloud) {
        server = cloud == Cloud.AZURE ? AzuriteServer.shared() : cloud.server(servers).start();
        bucket = "images-" + UUID.randomUUID();
        server.createBucket(bucket);
    }

    @AfterParameterizedClassInvocation
    static void stopServer(Cloud cloud) {
        if (cloud != Cloud.AZURE) {
            server.close();
        }
    }

    @BeforeEach
    void openRelay() {
        relay = new QuirkyRelay(server);
        out = data.resolve("found");
    }

    @AfterEach
    void closeRelay() {
        relay.close();
    }

    private void put(String sample, String key) throws IOException {
        server.put(bucket, key, Files.readAllBytes(WatchedFolder.SAMPLES.resolve(sample)));
    }

    private Map<String, String> properties(String prefix, String... more) {
        Map<String, String> all = new HashMap<>(relay.through(server.properties(data, "others")));
        all.putAll(cloud.credentials());
        all.putAll(Map.of("routes", "batch", "in", cloud.address(bucket, prefix), "out", out.toString(), "outage.retryAfter", "200",
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
        return server.keys(bucket).stream().filter(key -> key.startsWith(prefix)).toList();
    }

    private long reads() {
        return relay.count(QuirkyRelay.line("^GET [^?]*\\.(jpg|png)"));
    }

    /** Makes the server busy, in the words of its cloud. */
    private void refuse(Predicate<String> requests) {
        if (cloud == Cloud.S3) {
            relay.refusing(requests, "503 Slow Down", "SlowDown", "Please reduce your request rate.");
        } else {
            relay.refusing(requests, "503 Server Busy", "ServerBusy", "Please retry.");
        }
    }

    /** Takes a right away, in the words of its cloud. */
    private void forbid(Predicate<String> requests) {
        relay.refusing(requests, "403 Forbidden", cloud == Cloud.S3 ? "AccessDenied" : "AuthorizationFailure", "not authorized");
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
        refuse(QuirkyRelay.line("^GET [^?]*killed").and(head -> reads() > 3 * count / 4));
        try (ProgramProcess program = start("killed")) {
            await().until(() -> Files.exists(results) && Files.readAllLines(results).size() > count / 4);
            program.kill();
        }
        relay.forget();
        int done = Files.readAllLines(results).size();
        // the same bytes have the same etag at S3, and are read once more at Azure
        put("gears.jpg", "killed/0/0.jpg");
        long readBefore = reads();

        String output = run(0, "killed");

        assertThat(done).isLessThan(count);
        assertThat(output).contains("images in " + cloud.address(bucket, "killed/")
                + " have their results from an earlier run", count + " done (");
        assertThat(images()).hasSize(count).doesNotHaveDuplicates();
        // the rest, the line that the kill may have torn, and the thumbnails
        assertThat(reads() - readBefore).isLessThanOrEqualTo(count - done + 1 + count + 1 + (cloud == Cloud.S3 ? 0 : 1));
        assertThat(keys("killed/")).isEqualTo(before);
        try (Stream<Path> files = Files.list(data.resolve("work"))) {
            assertThat(files).isEmpty();
        }

        put("bolts.jpg", "killed/0/3.jpg");
        server.delete(bucket, "killed/0/6.jpg");
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
        server.put(bucket, "mixed/notes.txt", new byte[1]);
        server.put(bucket, "mixed/damaged.jpg", "no image".getBytes(StandardCharsets.UTF_8));
        server.put(bucket, "mixed/large.jpg", new byte[300_000]);

        String output = run(1, "mixed", "export", "coco,yolo,voc,labelme", server.property("maxSize"), "290KB");

        assertThat(output).contains("3 done, 2 failed", "failed: damaged.jpg: ", "failed: large.jpg: large.jpg is too large",
                "1 other file in " + cloud.address(bucket, "mixed/") + " is left out").doesNotContain("\tat ");
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
        assertThat(out.resolve("report.html")).content().contains(cloud.address(bucket, "mixed/"),
                "data:image/jpeg;base64,");

        Map<String, String> withoutSource = new HashMap<>(properties("mixed"));
        withoutSource.keySet().removeAll(List.of("routes", "in"));
        for (Map<String, String> properties : List.of(properties("mixed"), withoutSource)) {
            assertExplained(properties);
        }
    }

    private void assertExplained(Map<String, String> properties) {
        try (ProgramProcess explain = ProgramProcess.command(data, properties, "explain",
                cloud.address(bucket, "mixed/line 1/ü+a.jpg"))) {
            assertThat(explain.exitCode()).as(explain.output()).isZero();
            assertThat(explain.output()).contains("line 1/ü+a.jpg is done: ", "etag ", "parts-detect/1, weights ", "gear ");
        }
    }

    @Test
    void aBusyBucketIsWaitedFor() throws IOException {
        for (int i = 0; i < 5; i++) {
            put("gears.jpg", "busy/" + i + ".jpg");
        }
        refuse(QuirkyRelay.line("^GET .*busy").and(head -> reads() > 1 && reads() < 25));

        assertThat(run(0, "busy")).contains("5 done, 0 failed");

        assertThat(images()).hasSize(5);
    }

    @Test
    void aMissingRightStopsTheStartAndIsNamed() {
        forbid(QuirkyRelay.line("^GET [^?]*refused"));

        assertThat(run(2, "refused")).contains("Cannot start: ", cloud == Cloud.S3 ? "s3:GetObject" : "and its key")
                .doesNotContain("\tat ");
        assertThat(out).doesNotExist();
    }

    private BucketImages images(String name) {
        return new BucketImages(cloud.store(relay.through(server.properties(data, name)), name),
                BucketAddress.of(cloud.address(name, "checked")), data.resolve("work"), 1000);
    }

    @Test
    void aStopEndsTheWaitForABucketThatIsAway() throws IOException {
        refuse(QuirkyRelay.line("prefix=checked"));
        CountDownLatch stop = new CountDownLatch(1);
        try (BucketSource source = new BucketSource(images(bucket), new ImageNameFilter("jpg", "", ""),
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
        assertThatCode(() -> images(bucket).check()).doesNotThrowAnyException();
        assertThatThrownBy(() -> images("none").check()).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(cloud == Cloud.S3 ? "there is no bucket none" : "make the container");
        forbid(QuirkyRelay.line("prefix=checked"));
        assertThatThrownBy(() -> images(bucket).check()).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(cloud == Cloud.S3 ? "s3:ListBucket" : "and its key");
        relay.forget();
        refuse(QuirkyRelay.line("prefix=checked"));
        assertThatCode(() -> images(bucket).check()).doesNotThrowAnyException();
    }
}
