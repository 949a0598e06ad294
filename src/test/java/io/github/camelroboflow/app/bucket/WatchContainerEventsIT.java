package io.github.camelroboflow.app.bucket;

import static io.github.camelroboflow.app.bucket.WatchedBucket.FIRST;
import static io.github.camelroboflow.app.bucket.WatchedBucket.health;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.azure.storage.queue.QueueClient;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.AzuriteServer;
import io.github.camelroboflow.app.fixture.Gate;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.camel.health.HealthCheck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped route that Event Grid tells of new blobs, against Azurite. */
class WatchContainerEventsIT {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @TempDir
    Path data;
    private WatchedBucket container;
    private QueueClient queue;
    private QueueClient poison;

    @BeforeEach
    void open() {
        container = WatchedBucket.shared(data, AzuriteServer.shared());
        queue = AzuriteServer.shared().queue(container.name());
        queue.create();
        poison = AzuriteServer.shared().queue(container.name() + "-poison");
    }

    /** Deletes the queue, so that a stopped program can't receive messages any more. */
    @AfterEach
    void deleteQueue() {
        queue.delete();
    }

    private WatchedFolder route(Consumer<ImageSource> script) {
        return container.route(script).with("routes", "watch-container-events").with("azure.queue", container.name())
                .with("azure.visibilityTimeout", "2");
    }

    private void send(String message) {
        queue.sendMessage(base64(message));
    }

    private static String base64(String message) {
        return Base64.getEncoder().encodeToString(message.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the messages of a queue that nobody has received. */
    private static Set<String> texts(QueueClient of) {
        return of.peekMessages(32, null, null).stream().map(message -> message.getBody().toString()).collect(Collectors.toSet());
    }

    private String event(String type, String key) {
        try {
            return MAPPER.writeValueAsString(Map.of("topic", "/subscriptions/1", "eventType", "Microsoft.Storage." + type,
                    "subject", "/blobServices/default/containers/" + container.name() + "/blobs/" + key, "data",
                    Map.of("api", "PutBlob", "contentType", "image/jpeg")));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private void put(String key) {
        container.put(key, FIRST);
        send(event("BlobCreated", key));
    }

    private int messages(QueueClient of) {
        return of.getProperties().getApproximateMessagesCount();
    }

    private void awaitEmptyQueue() {
        await().until(() -> messages(queue) == 0);
    }

    @Test
    void blobsThatAreAnnouncedAreTakenWhateverTheirNames() {
        put("inbox/line 1/ä+b %41 ${x}.jpg");
        put("inbox/b.jpg");
        put("inbox/notes.txt");
        container.put("inbox/kept.jpg", FIRST);
        send(event("BlobDeleted", "inbox/kept.jpg"));
        send(event("BlobCreated", "inbox/gone.jpg"));
        AtomicInteger calls = new AtomicInteger();
        try (WatchedFolder route = route(image -> calls.incrementAndGet()).start()) {
            awaitEmptyQueue();

            assertThat(container.keys()).containsExactly("done/b.jpg", "done/line 1/ä+b %41 ${x}.jpg", "inbox/kept.jpg",
                    "inbox/notes.txt");
            assertThat(calls).hasValue(2);
        }
    }

    @Test
    void whatIsNoNotificationGoesToTheQueueForPoison() {
        List<String> garbage = List.of("{", "Dear customer",
                event("BlobCreated", "inbox/a.jpg").replace(container.name(), "others"));
        garbage.forEach(this::send);
        queue.sendMessage("not even Base64");
        put("inbox/a.jpg");
        try (WatchedFolder route = route(image -> { }).with("azure.visibilityTimeout", "1").start()) {
            awaitEmptyQueue();

            // one may be there twice, if it came back before it was deleted
            assertThat(texts(poison)).hasSize(garbage.size() + 1)
                    .containsAll(garbage.stream().map(WatchContainerEventsIT::base64).toList());
            assertThat(container.keys()).containsExactly("done/a.jpg");
        }
    }

    @Test
    void anImageThatTakesLongerThanAMessageIsHiddenIsProcessedOnce() {
        Gate gate = new Gate();
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        put("inbox/slow.jpg");
        try (WatchedFolder route = route(image -> {
            seen.add(image.name());
            gate.pass();
        }).with("azure.visibilityTimeout", "6").start()) {
            await().until(() -> gate.waiting() == 1);
            put("inbox/later.jpg");
            await().until(() -> gate.waiting() == 2);
            // longer than it would be hidden without extensions
            await().during(Duration.ofSeconds(7)).until(() -> texts(queue).isEmpty());
            gate.open();

            awaitEmptyQueue();
            assertThat(seen).hasSize(2);
            assertThat(container.keys()).containsExactly("done/later.jpg", "done/slow.jpg");
        }
    }

    @Test
    void whileTheModelIsDownTheMessagesStayInTheQueue() {
        AtomicBoolean down = new AtomicBoolean(true);
        AtomicInteger calls = new AtomicInteger();
        for (int i = 0; i < 5; i++) {
            put("inbox/" + i + ".jpg");
        }
        try (WatchedFolder route = route(image -> {
            calls.incrementAndGet();
            if (down.get()) {
                throw new RoboflowUnavailableException("the server is down");
            }
        }).with("azure.visibilityTimeout", "1").start()) {
            await().until(() -> calls.get() > 7);
            assertThat(messages(queue)).isEqualTo(5);
            assertThat(health(route, "watch-container-events").getState()).isEqualTo(HealthCheck.State.DOWN);

            down.set(false);

            awaitEmptyQueue();
            assertThat(container.keys()).hasSize(5).allMatch(key -> key.startsWith("done/"));
        }
    }

    @Test
    void aQueueThatDoesNotExistIsNamedWithAdviceAndTakenUpLater() {
        String later = "later-" + container.name();
        try (WatchedFolder route = route(image -> { }).with("azure.queue", later).start()) {
            await().until(() -> health(route, "container-events").getState() == HealthCheck.State.DOWN);
            assertThat(health(route, "container-events").getMessage().orElseThrow()).contains("the queue " + later,
                    "QueueNotFound", "make the queue");

            AzuriteServer.shared().queue(later).create();

            await().until(() -> health(route, "container-events").getState() == HealthCheck.State.UP);
        }
    }
}
