package io.github.camelroboflow.delivery.scale.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.fixture.AnnouncedBucket;
import io.github.camelroboflow.delivery.bucket.AnnouncedObjects;
import io.github.camelroboflow.delivery.bucket.BucketInbox;
import io.github.camelroboflow.delivery.bucket.BucketMemory;
import io.github.camelroboflow.delivery.bucket.BucketSettings;
import io.github.camelroboflow.delivery.scale.ClaimTable.Outcome;
import io.github.camelroboflow.delivery.scale.ImageReference;
import io.github.camelroboflow.delivery.scale.ImageReference.Kind;
import io.github.camelroboflow.delivery.scale.dispatch.ImageFinder.EventFinder;
import io.github.camelroboflow.delivery.scale.dispatch.ImageFinder.ObjectPlace;
import io.github.camelroboflow.delivery.source.ImageNameFilter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A dispatcher that events tell of new objects, and is killed between their steps, against ElasticMQ and Azurite. */
@ParameterizedClass
@EnumSource(AnnouncedBucket.Servers.class)
class EventFinderIT {

    private static final byte[] A = "first".getBytes(StandardCharsets.UTF_8);
    private static final Duration HIDDEN_FOR = Duration.ofSeconds(1);

    @Parameter
    AnnouncedBucket.Servers servers;

    @TempDir
    Path data;
    private AnnouncedBucket bucket;
    private DispatcherFixture fixture;

    @BeforeEach
    void open() {
        bucket = servers.open();
        fixture = new DispatcherFixture(data);
    }

    @AfterEach
    void close() {
        fixture.close();
        bucket.close();
    }

    private EventFinder finder(String topic) {
        BucketSettings settings = new BucketSettings(bucket.name(), "inbox", "done", "failed", BucketSettings.After.MOVE, 1000,
                data.resolve("work"), Integer.MAX_VALUE);
        BucketInbox inbox = new BucketInbox(settings, bucket.store(), new ImageNameFilter("jpg", "", ""), new BucketMemory(null));
        Kind kind = servers == AnnouncedBucket.Servers.S3 ? Kind.S3 : Kind.AZURE;
        return new EventFinder(new ObjectPlace(topic, kind, settings, inbox),
                new AnnouncedObjects(bucket.queue(HIDDEN_FOR), inbox));
    }

    private Dispatch dispatcher() {
        return fixture.dispatcher(finder("images"), 100);
    }

    private List<ImageReference> sent(Dispatch dispatcher) throws IOException {
        Exchange round = fixture.round(dispatcher);
        dispatcher.sent(round);
        return DispatcherFixture.messages(round);
    }

    /** Runs rounds until the queue is empty. */
    private List<ImageReference> sentUntilNoMessageIsLeft(Dispatch dispatcher) {
        List<ImageReference> all = new ArrayList<>();
        await().until(() -> {
            all.addAll(sent(dispatcher));
            return bucket.messages() == 0;
        });
        return all;
    }

    private Exchange exchange() {
        return new DefaultExchange(fixture.context());
    }

    @Test
    void announcedObjectsAreSentOnceWhateverTheirNames() throws Exception {
        List<String> names = List.of("a.jpg", "line 1/ä+b %41 ${x}.jpg", "line 1/ä.jpg");
        names.forEach(name -> bucket.announce("inbox/" + name, A));
        Dispatch dispatcher = dispatcher();

        assertThat(sentUntilNoMessageIsLeft(dispatcher)).extracting(ImageReference::name)
                .containsExactlyInAnyOrderElementsOf(names);
        assertThat(sent(dispatcher)).isEmpty();
        assertThat(bucket.keys()).allMatch(key -> key.startsWith("inbox/"));
    }

    @Test
    void anObjectOfWhichTheEventTellsLittleIsLookedUp() throws Exception {
        String event = bucket.put("inbox/a.jpg", A);
        bucket.send(event);
        bucket.send(bucket.eventWithoutDetails("inbox/a.jpg"));

        assertThat(sentUntilNoMessageIsLeft(dispatcher())).hasSize(2).allSatisfy(image -> {
            assertThat(event).contains(image.mark());
            assertThat(image.size()).isEqualTo(A.length);
        });
    }

    @Test
    void messagesAboutOtherObjectsAreDeleted() throws Exception {
        bucket.announce("elsewhere/a.jpg", A);
        bucket.announce("inbox/notes.txt", A);
        bucket.send(bucket.eventWithoutDetails("inbox/gone.jpg"));

        assertThat(sentUntilNoMessageIsLeft(dispatcher())).isEmpty();
        assertThat(fixture.claims().backlog().images()).isZero();
    }

    @Test
    void whatADispatcherReceivedBeforeItWasKilledComesAgain() throws Exception {
        bucket.announce("inbox/a.jpg", A);
        try (EventFinder killed = finder("images")) {
            assertThat(killed.find(exchange(), 10)).hasSize(1);
        }

        assertThat(sentUntilNoMessageIsLeft(dispatcher())).extracting(ImageReference::name).containsExactly("a.jpg");
    }

    @Test
    void whatADispatcherClaimedBeforeItWasKilledIsClaimedOnce() throws Exception {
        bucket.announce("inbox/a.jpg", A);
        try (EventFinder killed = finder("images")) {
            fixture.claims().claim(killed.find(exchange(), 10));
        }

        assertThat(sentUntilNoMessageIsLeft(dispatcher())).hasSize(1);
        assertThat(fixture.outcomes()).containsExactly("open");
    }

    /** A worker has moved the image, and has not recorded its outcome. */
    @Test
    void anObjectThatIsPutAgainBeforeTheOutcomeOfTheFirstIsNotForgotten() throws Exception {
        Dispatch dispatcher = dispatcher();
        bucket.announce("inbox/a.jpg", A);
        List<ImageReference> first = sentUntilNoMessageIsLeft(dispatcher);
        bucket.announce("inbox/a.jpg", A);
        List<ImageReference> again = sentUntilNoMessageIsLeft(dispatcher);

        assertThat(first).hasSize(1);
        assertThat(again).hasSize(1).doesNotContainAnyElementsOf(first);
    }

    @Test
    void anEventThatComesTwiceIsSentOnceEvenAfterTheOutcome() throws Exception {
        Dispatch dispatcher = dispatcher();
        String event = bucket.put("inbox/a.jpg", A);
        bucket.send(event);
        bucket.send(event);
        List<ImageReference> images = sentUntilNoMessageIsLeft(dispatcher);
        assertThat(images).hasSize(1);
        fixture.claims().finish(images.get(0).claim(), Outcome.DONE, "");
        bucket.send(event);

        assertThat(sentUntilNoMessageIsLeft(dispatcher)).isEmpty();
    }

    @Test
    void anEventThatTwoTopicsGetIsAnImageOfEach() throws Exception {
        bucket.announce("inbox/a.jpg", A);
        try (EventFinder one = finder("bottles"); EventFinder other = finder("labels")) {
            List<ImageReference> bottles = one.find(exchange(), 10);
            List<ImageReference> labels = new ArrayList<>();
            await().until(() -> labels.addAll(other.find(exchange(), 10)));

            assertThat(bottles).hasSize(1).extracting(ImageReference::claim)
                    .doesNotContainAnyElementsOf(labels.stream().map(ImageReference::claim).toList());
        }
    }

    @Test
    void whileTheBacklogIsFullMessagesStayInTheQueue() throws Exception {
        IntStream.range(0, 12).forEach(i -> bucket.announce("inbox/" + i + ".jpg", A));
        Dispatch dispatcher = fixture.dispatcher(finder("images"), 5);

        List<ImageReference> images = sent(dispatcher);
        assertThat(images).hasSize(5);
        assertThat(sent(dispatcher)).isEmpty();
        assertThat(bucket.messages()).isEqualTo(7);

        images.forEach(image -> fixture.claims().finish(image.claim(), Outcome.DONE, ""));
        assertThat(sent(dispatcher)).hasSize(5);
    }

    @Test
    void aMessageIsNotDeletedBeforeTheClaimIsStored() throws Exception {
        bucket.announce("inbox/a.jpg", A);
        Dispatch dispatcher = dispatcher();

        fixture.withoutClaims(() -> assertThatThrownBy(() -> sent(dispatcher)).isNotNull());
        assertThat(bucket.messages()).isEqualTo(1);

        assertThat(sentUntilNoMessageIsLeft(dispatcher)).hasSize(1);
    }

    @Test
    void whatIsNoNotificationStopsNothing() throws Exception {
        bucket.send("Dear customer");
        bucket.send(bucket.put("inbox/a.jpg", A).replace(bucket.name(), "others"));
        bucket.announce("inbox/b.jpg", A);
        Dispatch dispatcher = dispatcher();
        List<ImageReference> images = new ArrayList<>();

        await().until(() -> images.addAll(sent(dispatcher)));

        assertThat(images).extracting(ImageReference::name).containsExactly("b.jpg");
        await().untilAsserted(() -> assertThat(bucket.messages()).isEqualTo(2));
    }

    @Test
    void whileTheQueueIsAwayTheRoundFailsWithItsName() {
        bucket.deleteQueue();

        assertThatThrownBy(() -> sent(dispatcher())).isInstanceOf(IOException.class).hasMessageContaining("queue " + bucket.name());
        bucket.createQueue();
    }
}
