package io.github.camelroboflow.app.bucket;

import static io.github.camelroboflow.app.bucket.WatchedBucket.FIRST;
import static io.github.camelroboflow.app.bucket.WatchedBucket.SECOND;
import static io.github.camelroboflow.app.bucket.WatchedBucket.content;
import static io.github.camelroboflow.app.bucket.WatchedBucket.health;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.sas.BlobContainerSasPermission;
import com.azure.storage.blob.sas.BlobServiceSasSignatureValues;
import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.AzuriteServer;
import io.github.camelroboflow.inference.InvalidImageException;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.apache.camel.health.HealthCheck;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped route that watches a container, against Azurite: what other clouds do not have, or have otherwise. */
class WatchContainerIT {

    @TempDir
    Path data;
    private AzuriteServer azure;
    private WatchedBucket container;

    @BeforeEach
    void open() {
        azure = AzuriteServer.shared();
        container = WatchedBucket.shared(data, azure);
    }

    private BlobClient blob(String key) {
        return azure.blob(container.name(), key);
    }

    @Test
    void blobsThatStayAreTaggedAndTakenOnceEvenIfTheMemoryIsLost() {
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        container.put("inbox/a.jpg", FIRST);
        blob("inbox/a.jpg").setTags(Map.of("owner", "line-1"));
        for (String memory : new String[] {"memory", "lost"}) {
            try (WatchedFolder route = container.route(image -> seen.add(content(image))).with("azure.after", "tag")
                    .with("delivery.database", "jdbc:h2:file:" + data.toAbsolutePath().resolve(memory)).start()) {
                await().until(() -> blob("inbox/a.jpg").getTags().containsKey("camel-roboflow"));
                container.put("inbox/" + memory + ".jpg", SECOND);
                await().until(() -> blob("inbox/" + memory + ".jpg").getTags().containsKey("camel-roboflow"));
            }
        }

        assertThat(seen).containsExactly("first", "second", "second");
        assertThat(blob("inbox/a.jpg").getTags()).containsEntry("camel-roboflow", "done").containsEntry("owner", "line-1")
                .containsEntry("camel-roboflow-etag", blob("inbox/a.jpg").getProperties().getETag().replace("\"", ""));
    }

    @Test
    void aCopyKeepsTheTypeAndTheMetadataOfItsBlob() {
        container.put("inbox/a.jpg", FIRST);
        blob("inbox/a.jpg").setMetadata(Map.of("line", "one"));
        String etag = blob("inbox/a.jpg").getProperties().getETag().replace("\"", "");
        try (WatchedFolder route = container.route(image -> { }).start()) {
            container.awaitEmptyInbox();

            assertThat(blob("done/a.jpg").getProperties().getContentType()).isEqualTo("image/jpeg");
            assertThat(blob("done/a.jpg").getProperties().getMetadata())
                    .containsOnly(Map.entry("line", "one"), Map.entry("camel_roboflow_etag", etag));
        }
    }

    @Test
    void aSharedAccessSignatureIsEnoughAndALargeImageIsCopiedWithIt() {
        String sas = azure.client().getBlobContainerClient(container.name()).generateSas(new BlobServiceSasSignatureValues(
                OffsetDateTime.now().plusHours(1), BlobContainerSasPermission.parse("rwdlt")));
        container.put("inbox/a.jpg", FIRST);
        container.put("inbox/large.jpg", new byte[1_100_000]);
        try (WatchedFolder route = container.route(image -> { }).with("azure.maxSize", "1MB").with("azure.connectionString",
                "BlobEndpoint=" + azure.address() + ";SharedAccessSignature=" + sas).start()) {
            container.awaitEmptyInbox();

            assertThat(container.keys()).containsExactly("done/a.jpg", "failed/large.jpg", "failed/large.jpg.error.json");
        }
    }

    @Test
    void everyNameComesBackAfterAFailureAndAReplay() {
        List<String> names = List.of("a b+c%41.jpg", "a?b=c&d#e.jpg", "%2e%2e%2fx.jpg", "Zahnräder \u202E.jpg", "a//b.jpg",
                "dot./d.jpg", "'\"<>|*[]^`{}.jpg", "\uD83D\uDD29.jpg");
        List<String> inbox = names.stream().map(name -> "inbox/" + name).sorted().toList();
        // a larger one is copied at Azure
        inbox.forEach(key -> container.put(key, new byte[inbox.indexOf(key) % 2 == 0 ? 10 : 2000]));
        try (WatchedFolder route = container.route(image -> {
            throw new InvalidImageException("it is none");
        }).with("azure.maxSize", "1KB").start()) {
            container.awaitEmptyInbox();

            assertThat(container.keys()).containsExactlyInAnyOrderElementsOf(names.stream()
                    .flatMap(name -> Stream.of("failed/" + name, "failed/" + name + ".error.json")).toList());
        }
        try (WatchedFolder replay = container.route(image -> { }).with("routes", "replay-container").start()) {
            await().until(() -> container.keys().equals(inbox));
        }
    }

    @Test
    void aContainerThatDoesNotExistIsNamedWithAdvice() {
        try (WatchedFolder route = container.route(image -> { }).with("azure.container", "missing").start()) {
            await().until(() -> health(route, "container-listing").getState() == HealthCheck.State.DOWN);

            assertThat(health(route, "container-listing").getMessage().orElseThrow()).contains("the container missing",
                    "ContainerNotFound", "make the container");
        }
    }
}
