package io.github.camelroboflow.app.bucket;

import static io.github.camelroboflow.app.bucket.WatchedBucket.FIRST;
import static io.github.camelroboflow.app.bucket.WatchedBucket.SECOND;
import static io.github.camelroboflow.app.bucket.WatchedBucket.content;
import static io.github.camelroboflow.app.bucket.WatchedBucket.health;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.camelroboflow.LogLines;
import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.AwsCredentials;
import io.github.camelroboflow.app.fixture.RoutingTable;
import io.github.camelroboflow.app.fixture.ScriptedEngine;
import io.github.camelroboflow.app.fixture.SwiftServer;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InvalidImageException;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.health.HealthCheck;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Buckets of OpenStack Swift, which nobody of this project wrote: watched, and as a destination. */
@ExtendWith(AwsCredentials.class)
class SwiftBucketIT {

    private static final List<String> NAMES = List.of("100% + 1.jpg", "%2B%20.jpg", "Größe ß.jpg", "it's \"so\".jpg",
            "\uD83D\uDD29.jpg", "line\nbreak\r.jpg", "a?b=c&d#e;f.jpg", "<&amp;>.jpg", "line 1//two.jpg",
            "back\\slash.jpg", "~*|.jpg");

    /** As many items of metadata as it takes. */
    private static final String[] MANY =
            IntStream.range(0, 90).boxed().flatMap(i -> Stream.of("X-Object-Meta-" + i, "v")).toArray(String[]::new);

    @TempDir
    static Path folder;
    private static SwiftServer swift;

    @RegisterExtension
    final LogLines log = new LogLines();
    @TempDir
    Path data;
    private String bucket;
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void startServer() {
        assumeTrue(SwiftServer.isInstalled(), "OpenStack Swift is not installed");
        swift = new SwiftServer(folder, false);
    }

    @AfterAll
    static void stopServer() {
        if (swift != null) {
            swift.close();
        }
    }

    @BeforeEach
    void createBucket(TestInfo test) {
        bucket = "b" + Math.abs((long) test.getDisplayName().hashCode());
        swift.createBucket(bucket);
    }

    private WatchedFolder route(Consumer<ImageSource> script) {
        WatchedFolder route = new WatchedFolder(data).with(new ScriptedEngine(image -> {
            seen.add(content(image));
            script.accept(image);
        }));
        swift.properties().forEach(route::with);
        return route.with("routes", "watch-bucket").with("s3.bucket", bucket);
    }

    private void awaitKeys(String... keys) {
        await().untilAsserted(() -> assertThat(swift.keys(bucket))
                .as(log.with("").toString()).containsExactlyInAnyOrder(keys));
    }

    private void assertGoesOn(WatchedFolder route) {
        swift.put(bucket, "inbox/~later.jpg", "later".getBytes(UTF_8));
        await().until(() -> swift.keys(bucket).contains("done/~later.jpg")
                && !swift.keys(bucket).contains("inbox/~later.jpg"));
        assertThat(health(route, "watch-bucket").getState()).isEqualTo(HealthCheck.State.UP);
    }

    @Test
    void imagesAreMovedOnceWhateverTheirNamesAndTheDamagedGetAReport() {
        NAMES.forEach(name -> swift.put(bucket, "inbox/" + name, name.getBytes(UTF_8)));
        swift.put(bucket, "inbox/damaged ü.jpg", FIRST);
        try (WatchedFolder route = route(image -> {
            if (content(image).equals("first")) {
                throw new InvalidImageException("it is damaged");
            }
        }).start()) {
            awaitKeys(Stream.concat(NAMES.stream().map("done/"::concat),
                    Stream.of("failed/damaged ü.jpg", "failed/damaged ü.jpg.error.json")).toArray(String[]::new));

            assertThat(NAMES).allSatisfy(name -> assertThat(swift.read(bucket, "done/" + name)).isEqualTo(name));
            assertThat(swift.read(bucket, "failed/damaged ü.jpg.error.json")).contains("it is damaged");
            assertThat(seen).containsExactlyInAnyOrderElementsOf(Stream.concat(NAMES.stream(), Stream.of("first")).toList());
            assertGoesOn(route);
        }
    }

    @Test
    void foldersAreNoImages() {
        swift.put(bucket, "inbox/a/", new byte[0], "Content-Type", "application/directory");
        swift.put(bucket, "inbox/b", new byte[0], "Content-Type", "application/directory");
        swift.put(bucket, "inbox/a/1.jpg", FIRST);
        swift.put(bucket, "inbox/b/1.jpg", SECOND);
        try (WatchedFolder route = route(image -> { }).start()) {
            awaitKeys("done/a/1.jpg", "done/b/1.jpg", "inbox/a/", "inbox/b");
            assertGoesOn(route);

            assertThat(seen).containsExactlyInAnyOrder("first", "second", "later");
        }
    }

    /** It stopped the whole bucket, also after a restart. */
    @Test
    void metadataThatS3DoesNotTakeBackStopsNothing() {
        swift.put(bucket, "inbox/1.jpg", FIRST, "X-Object-Meta-Owner", "Müller", "X-Object-Meta-Line", "1");
        swift.put(bucket, "inbox/2.jpg", SECOND, "X-Object-Meta-Owner", "\u6771 \uD83D\uDD29", "Content-Disposition",
                "inline; filename=ü");
        try (WatchedFolder route = route(image -> { }).start()) {
            awaitKeys("done/1.jpg", "done/2.jpg");
            assertGoesOn(route);

            assertThat(seen).containsExactlyInAnyOrder("first", "second", "later");
            assertThat(swift.header(bucket, "done/1.jpg", "X-Object-Meta-Line")).isEqualTo("1");
            assertThat(swift.header(bucket, "done/1.jpg", "X-Object-Meta-Owner")).as("RFC 2047")
                    .isEqualTo("=?UTF-8?B?TcO8bGxlcg==?=");
        }
    }

    /** With one of ours they were too many, and the whole bucket stood still. */
    @Test
    void asMuchMetadataAsTheServerTakesStopsNothing() {
        swift.put(bucket, "inbox/many.jpg", FIRST, MANY);
        try (WatchedFolder route = route(image -> { }).start()) {
            awaitKeys("done/many.jpg");
            assertGoesOn(route);

            assertThat(seen).containsExactly("first", "later");
            assertThat(swift.header(bucket, "done/many.jpg", "X-Object-Meta-89")).isEqualTo("v");
            assertThat(log.with("done/many.jpg")).hasSize(1);
        }
    }

    /** A listing tells another etag or size of them than HEAD does; they were fetched once a second, without a line. */
    @Test
    void objectsThatAreMadeOfOthersAreDone() {
        swift.putInParts(bucket, "inbox/parts.jpg", FIRST, SECOND);
        swift.put("parts", "prefix/1", SECOND);
        swift.put("parts", "prefix/2", FIRST);
        swift.put(bucket, "inbox/prefix.jpg", new byte[0], "X-Object-Manifest", "parts/prefix/");
        swift.put(bucket, "inbox/link.jpg", new byte[0], "X-Symlink-Target", "parts/prefix/1");
        try (WatchedFolder route = route(image -> { }).start()) {
            awaitKeys("done/link.jpg", "done/parts.jpg", "done/prefix.jpg");
            assertGoesOn(route);

            assertThat(swift.read(bucket, "done/parts.jpg")).isEqualTo("firstsecond");
            assertThat(seen).containsExactlyInAnyOrder("firstsecond", "secondfirst", "second", "later");
        }
    }

    /** 25 requests a second were made for it, without a line. */
    @Test
    void anObjectThatHasExpiredAndIsStillListedIsToldOfOnce() {
        swift.put(bucket, "inbox/expired.jpg", FIRST, "X-Delete-After", "1");
        await().until(() -> !swift.has(bucket, "inbox/expired.jpg"));
        try (WatchedFolder route = route(image -> { }).start()) {
            await().until(() -> !log.with("inbox/expired.jpg is listed but does not exist").isEmpty());
            assertGoesOn(route);

            assertThat(seen).containsExactly("later");
            assertThat(log.with("inbox/expired.jpg")).hasSize(1);
        }
    }

    /** They are copied by the server. */
    @Test
    void whatIsTooLargeFailsWithAllThatIsWithIt() {
        swift.put(bucket, "inbox/1.jpg", "large 1".getBytes(UTF_8), "X-Object-Meta-Owner", "Müller");
        swift.put(bucket, "inbox/2.jpg", "large 2".getBytes(UTF_8), MANY);
        swift.putInParts(bucket, "inbox/3.jpg", FIRST, SECOND);
        try (WatchedFolder route = route(image -> { }).with("s3.maxSize", "6").start()) {
            awaitKeys(IntStream.range(1, 4).boxed().flatMap(i -> Stream.of("failed/" + i + ".jpg", "failed/" + i
                    + ".jpg.error.json")).toArray(String[]::new));
            assertGoesOn(route);

            assertThat(swift.read(bucket, "failed/1.jpg")).isEqualTo("large 1");
            assertThat(swift.read(bucket, "failed/3.jpg")).isEqualTo("firstsecond");
            assertThat(seen).containsExactly("later");
        }
    }

    @Test
    void anImageThatIsReplacedWhileItIsWorkedOnIsASecondOne() {
        swift.put(bucket, "inbox/a.jpg", FIRST);
        try (WatchedFolder route = route(image -> {
            if (content(image).equals("first")) {
                swift.put(bucket, "inbox/a.jpg", SECOND);
            }
        }).start()) {
            await().until(() -> swift.keys(bucket).stream().allMatch(key -> key.startsWith("done/")));
            assertGoesOn(route);

            assertThat(seen).containsExactly("first", "second", "later");
            assertThat(swift.keys(bucket).stream().map(key -> swift.read(bucket, key)))
                    .containsExactlyInAnyOrder("first", "second", "later");
        }
    }

    @Test
    void whatIsLeftIsNotTakenAgainAfterARestart() {
        swift.put(bucket, "inbox/a.jpg", FIRST, "X-Object-Meta-Owner", "Müller");
        swift.putInParts(bucket, "inbox/b.jpg", SECOND, SECOND);
        for (String next : List.of("inbox/c.jpg", "inbox/d.jpg")) {
            swift.put(bucket, next, next.getBytes(UTF_8));
            try (WatchedFolder route = route(image -> { }).with("s3.after", "leave").start()) {
                await().until(() -> seen.contains(next));
            }
        }

        assertThat(seen).containsExactlyInAnyOrder("first", "secondsecond", "inbox/c.jpg", "inbox/d.jpg");
        assertThat(swift.keys(bucket)).containsExactly("inbox/a.jpg", "inbox/b.jpg", "inbox/c.jpg", "inbox/d.jpg");
    }

    @Test
    void aBucketGetsResultsAndCopiesOfImagesWhateverTheirNames() {
        RoutingTable table = new RoutingTable()
                .when("gear", "kamelet:s3?bucket=" + bucket + "&prefix=gears/&image=true&annotated=true");
        WatchedFolder route = new WatchedFolder(data).with(table);
        swift.properties().forEach(route::with);
        List<String> names = List.of("100% + 1.jpg", "Größe ß.jpg", "\uD83D\uDD29 it's \"so\".jpg");
        try (route) {
            route.start();
            names.forEach(name -> route.drop("gears.jpg", name));
            await().until(() -> route.files("done").size() == names.size());
        }
        assertThat(new WatchedFolder(data).files("failed")).isEmpty();
        assertThat(swift.keys(bucket)).containsExactlyInAnyOrderElementsOf(names.stream().flatMap(name -> Stream.of("gears/" + name,
                "gears/" + name + ".annotated.jpg", "gears/" + name + ".json")).toList());
        assertThat(swift.read(bucket, "gears/" + names.get(0) + ".json")).contains("\"gear\"");
    }
}
