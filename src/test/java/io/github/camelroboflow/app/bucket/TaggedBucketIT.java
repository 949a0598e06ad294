package io.github.camelroboflow.app.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.AwsCredentials;
import io.github.camelroboflow.app.fixture.FreePorts;
import io.github.camelroboflow.app.fixture.ScriptedEngine;
import io.github.camelroboflow.app.fixture.ServerProcess;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InvalidImageException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Tag;

/** A bucket whose images are tagged, against S3Mock, since S3Proxy knows no tags. */
@ExtendWith(AwsCredentials.class)
class TaggedBucketIT {

    @TempDir
    Path data;
    private ServerProcess server;
    private S3Client s3;
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void startServer() {
        int port = FreePorts.free();
        server = new ServerProcess("s3mock", port, data, "-Djava.io.tmpdir=" + data.toAbsolutePath(),
                "com.adobe.testing.s3mock.S3MockApplication", "--http.port=" + port, "--server.port=0").start();
        s3 = S3Client.builder().endpointOverride(URI.create(address())).region(Region.US_EAST_1).forcePathStyle(true)
                .credentialsProvider(AnonymousCredentialsProvider.create()).build();
        await().ignoreExceptions().until(() -> s3.createBucket(request -> request.bucket("images")) != null);
    }

    @AfterEach
    void stopServer() {
        s3.close();
        server.close();
    }

    private String address() {
        return "http://127.0.0.1:" + server.port();
    }

    /** @param memory the database that the program has: another one each time it has lost its memory */
    private WatchedFolder start(String memory, Consumer<ImageSource> script) {
        return new WatchedFolder(data).with(new ScriptedEngine(image -> {
            seen.add(content(image));
            script.accept(image);
        })).with("routes", "watch-bucket").with("s3.overrideEndpoint", "true").with("s3.endpoint", address())
                .with("s3.forcePathStyle", "true").with("s3.delay", "50").with("s3.after", "tag")
                .with("delivery.database", "jdbc:h2:file:" + data.toAbsolutePath().resolve(memory)).start();
    }

    private static String content(ImageSource image) {
        try {
            return new String(image.bytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void put(String key, String content) {
        s3.putObject(request -> request.bucket("images").key(key).tagging("owner=line-1"), RequestBody.fromString(content));
    }

    private Map<String, String> tags(String key) {
        return s3.getObjectTagging(request -> request.bucket("images").key(key)).tagSet().stream()
                .collect(Collectors.toMap(Tag::key, Tag::value));
    }

    private List<String> keys() {
        return s3.listObjectsV2(request -> request.bucket("images")).contents().stream().map(object -> object.key()).toList();
    }

    @Test
    void imagesAreTaggedAndKeepTheirOtherTags() {
        put("inbox/good.jpg", "first");
        put("inbox/bad.jpg", "second");
        try (WatchedFolder route = start("memory", image -> {
            if (content(image).equals("second")) {
                throw new InvalidImageException("it is damaged");
            }
        })) {
            await().until(() -> tags("inbox/good.jpg").containsKey("camel-roboflow")
                    && tags("inbox/bad.jpg").containsKey("camel-roboflow"));

            assertThat(tags("inbox/good.jpg")).containsEntry("camel-roboflow", "done").containsEntry("owner", "line-1");
            assertThat(tags("inbox/bad.jpg")).containsEntry("camel-roboflow", "failed").containsEntry("owner", "line-1");
            assertThat(keys()).containsExactly("failed/bad.jpg.error.json", "inbox/bad.jpg", "inbox/good.jpg");
        }
    }

    @Test
    void aTaggedImageIsNotTakenAgainEvenIfTheMemoryIsLostButOneInItsPlaceIs() throws IOException {
        put("inbox/a.jpg", "first");
        put("inbox/b.jpg", "second");
        try (WatchedFolder route = start("memory", image -> { })) {
            await().until(() -> tags("inbox/a.jpg").containsKey("camel-roboflow")
                    && tags("inbox/b.jpg").containsKey("camel-roboflow"));
        }
        List<Tag> tags = s3.getObjectTagging(request -> request.bucket("images").key("inbox/b.jpg")).tagSet();
        put("inbox/b.jpg", "third");
        // as if it had come just before the one it replaced was tagged
        s3.putObjectTagging(request -> request.bucket("images").key("inbox/b.jpg").tagging(tagging -> tagging.tagSet(tags)));
        try (WatchedFolder route = start("lost", image -> { })) {
            await().until(() -> seen.size() >= 3);
            put("inbox/c.jpg", "fourth");
            await().until(() -> tags("inbox/c.jpg").containsKey("camel-roboflow"));
        }

        assertThat(seen).containsExactlyInAnyOrder("first", "second", "third", "fourth");
        assertThat(Files.exists(data.resolve("inbox"))).isFalse();
    }

    @Test
    void anImageThatHasTooManyTagsIsDoneWithoutOne() {
        put("inbox/a.jpg", "first");
        List<Tag> ten = IntStream.range(0, 10).mapToObj(i -> Tag.builder().key("k" + i).value("v").build()).toList();
        s3.putObjectTagging(request -> request.bucket("images").key("inbox/a.jpg").tagging(tagging -> tagging.tagSet(ten)));
        try (WatchedFolder route = start("memory", image -> { })) {
            await().until(() -> route.files("results").size() == 1);
            put("inbox/b.jpg", "second");
            await().until(() -> tags("inbox/b.jpg").containsKey("camel-roboflow"));
            put("inbox/c.jpg", "third");
            await().until(() -> tags("inbox/c.jpg").containsKey("camel-roboflow"));

            assertThat(seen).containsExactlyInAnyOrder("first", "second", "third");
            assertThat(tags("inbox/a.jpg")).containsKey("k9");
        }
    }
}
