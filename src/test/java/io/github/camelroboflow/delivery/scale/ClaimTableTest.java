package io.github.camelroboflow.delivery.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.Own;
import io.github.camelroboflow.delivery.database.DeliveryDatabase;
import io.github.camelroboflow.delivery.database.DeliveryDatabase.DatabaseSettings;
import io.github.camelroboflow.delivery.disk.Disk.Durability;
import io.github.camelroboflow.delivery.scale.ClaimTable.Begin;
import io.github.camelroboflow.delivery.scale.ClaimTable.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClaimTableTest {

    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofMinutes(10);

    private final CamelContext context = new DefaultCamelContext();
    private DeliveryDatabase database;
    private ClaimTable claims;

    /** Returns the address of an empty database. */
    String address() {
        return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
    }

    @BeforeEach
    void open() {
        database = new DeliveryDatabase(new DatabaseSettings(address(), "", "", Durability.PROCESS));
        database.setCamelContext(context);
        context.start();
        claims = new ClaimTable(database, "images");
    }

    @AfterEach
    void close() {
        database.execute(jdbc -> jdbc.update("delete from scale_claim"));
        context.stop();
    }

    private ImageReference claimed(String name) {
        ImageReference reference = References.file(name);
        assertThat(claims.claim(List.of(reference))).containsExactly(reference);
        return reference;
    }

    private void passes(Duration time) {
        database.execute(jdbc -> jdbc.update("update scale_claim set claimed = claimed - ?, due = due - ?,"
                + " leased_until = leased_until - ?, finished = finished - ?", time.toMillis(), time.toMillis(), time.toMillis(),
                time.toMillis()));
    }

    @Test
    void anImageIsClaimedOnceUntilItHasItsOutcome() {
        ImageReference first = References.object("inbox/a.jpg", "1");
        ImageReference again = References.object("inbox/a.jpg", "1");
        ImageReference replaced = References.object("inbox/a.jpg", "2");

        assertThat(claims.claim(List.of(first, again))).containsExactly(first);
        assertThat(claims.claim(List.of(again, replaced))).containsExactly(replaced);
        assertThat(claims.claim(List.of(first))).isEmpty();
        assertThat(claims.known(List.of(first.claim(), again.claim()))).containsExactly(first.claim());

        claims.finish(first.claim(), Outcome.DONE, "");
        assertThat(claims.claim(List.of(again))).as("it was put into the bucket again").containsExactly(again);
        assertThat(claims.claim(List.of(first))).as("an outcome stays").isEmpty();
    }

    @Test
    void manyImagesAreClaimedAtATime() {
        List<ImageReference> many = IntStream.range(0, 1200).mapToObj(i -> References.file(i + ".jpg")).toList();

        assertThat(claims.claim(many)).isEqualTo(many);
        assertThat(claims.due(2000)).containsExactlyInAnyOrderElementsOf(many);
        claims.sent(many.stream().map(ImageReference::claim).toList(), PAUSE);
        assertThat(claims.due(2000)).isEmpty();
        assertThat(claims.backlog().images()).isEqualTo(1200);
    }

    @Test
    void twoDispatchersNeverClaimTheSameImage() {
        List<List<ImageReference>> found = Stream.generate(() -> IntStream.range(0, 200)
                .mapToObj(i -> References.object("inbox/" + i + ".jpg", "1")).toList()).limit(4).toList();

        List<CompletableFuture<List<ImageReference>>> both = found.stream()
                .map(references -> CompletableFuture.supplyAsync(() -> claims.claim(references), Own.THREAD)).toList();

        assertThat(both.stream().flatMap(claimed -> claimed.join().stream()).map(ImageReference::key)).hasSize(200)
                .doesNotHaveDuplicates();
        assertThat(claims.backlog().images()).isEqualTo(200);
    }

    @Test
    void eachTopicHasClaimsOfItsOwn() {
        ClaimTable others = new ClaimTable(database, "others");
        ImageReference image = References.object("inbox/a.jpg", "1");
        ImageReference same = References.object("inbox/a.jpg", "1");
        claims.claim(List.of(image));

        assertThat(others.due(10)).isEmpty();
        assertThat(others.backlog().images()).isZero();
        assertThat(others.claim(List.of(same))).containsExactly(same);
        assertThat(others.due(10)).containsExactly(same);
        assertThat(claims.due(10)).containsExactly(image);
    }

    @Test
    void aReferenceIsSentUntilTheBrokerHasItAndAgainAfterPausesThatDouble() {
        ImageReference image = claimed("a.jpg");
        assertThat(claims.due(10)).containsExactly(image);
        assertThat(claims.due(10)).as("a crash before it was sent").containsExactly(image);

        claims.sent(List.of(image.claim()), PAUSE);
        assertThat(claims.due(10)).isEmpty();
        passes(PAUSE);
        assertThat(claims.due(10)).containsExactly(image.withTries(1));
        claims.sent(List.of(image.claim()), PAUSE);
        passes(PAUSE);
        assertThat(claims.due(10)).isEmpty();
        passes(PAUSE);
        assertThat(claims.due(10)).containsExactly(image.withTries(2));
    }

    @Test
    void aReferenceThatAWorkerHasOrThatHasItsOutcomeIsNotSentAgain() {
        ImageReference busy = claimed("a.jpg");
        ImageReference done = claimed("b.jpg");
        claims.begin(busy.claim(), "one", LEASE);
        claims.finish(done.claim(), Outcome.DONE, "");

        assertThat(claims.due(10)).isEmpty();
        passes(LEASE);
        assertThat(claims.due(10)).containsExactly(busy);
    }

    @Test
    void aRowOfALaterVersionIsLeftAside() {
        ImageReference image = claimed("a.jpg");
        UUID other = claimed("b.jpg").claim();
        database.execute(jdbc -> jdbc.update("update scale_claim set reference = '{\"version\":2}' where id = ?",
                other.toString()));

        assertThat(claims.due(10)).containsExactly(image);
        claims.sent(List.of(image.claim()), PAUSE);
        assertThat(claims.due(1)).isEmpty();
    }

    @Test
    void oneWorkerAtATimeBegins() {
        UUID claim = claimed("a.jpg").claim();

        assertThat(claims.begin(claim, "one", LEASE)).isEqualTo(new Begin(Begin.State.GO, 1, 0, ""));
        assertThat(claims.begin(claim, "two", LEASE).state()).isEqualTo(Begin.State.BUSY);
        assertThat(claims.begin(claim, "one", LEASE)).as("the same worker after a restart")
                .isEqualTo(new Begin(Begin.State.GO, 2, 0, ""));
        assertThat(claims.renew(claim, "one", LEASE)).isTrue();

        passes(LEASE);
        assertThat(claims.begin(claim, "two", LEASE)).isEqualTo(new Begin(Begin.State.GO, 3, 0, ""));
        assertThat(claims.renew(claim, "one", LEASE)).as("it was cut off meanwhile").isFalse();
        claims.release(claim, "one");
        assertThat(claims.begin(claim, "three", LEASE).state()).isEqualTo(Begin.State.BUSY);
        claims.release(claim, "two");
        assertThat(claims.begin(claim, "three", LEASE).state()).isEqualTo(Begin.State.GO);
    }

    @Test
    void aLeaseFromAClockThatWasSetBackHoldsNobodyUp() {
        UUID claim = claimed("a.jpg").claim();
        claims.begin(claim, "one", LEASE);
        passes(Duration.ofHours(-1));

        assertThat(claims.begin(claim, "two", LEASE).state()).isEqualTo(Begin.State.GO);
    }

    @Test
    void theFirstOutcomeCounts() {
        UUID claim = claimed("a.jpg").claim();

        assertThat(claims.finish(claim, Outcome.DONE, "")).isTrue();
        assertThat(claims.finish(claim, Outcome.FAILED, "too late")).isFalse();
        assertThat(claims.begin(claim, "two", LEASE).state()).isEqualTo(Begin.State.DONE);
        assertThat(claims.renew(claim, "two", LEASE)).isFalse();
        assertThat(claims.backlog().images()).isZero();
    }

    @Test
    void anImageWithoutARowHasHadItsOutcome() {
        UUID claim = claimed("a.jpg").claim();
        claims.finish(claim, Outcome.FAILED, "x".repeat(5000) + "\0");
        assertThat(claims.forgetFinished(PAUSE)).isZero();
        passes(PAUSE.plusMillis(1));

        assertThat(claims.forgetFinished(PAUSE)).isEqualTo(1);
        assertThat(claims.begin(claim, "one", LEASE)).isEqualTo(new Begin(Begin.State.DONE, 0, 0, ""));
        assertThat(claims.finish(claim, Outcome.DONE, "")).isFalse();
        assertThat(claims.failedOnce(claim)).isZero();
        assertThat(claims.known(Set.of(claim))).isEmpty();
    }

    @Test
    void itsOwnFailuresAreCounted() {
        UUID claim = claimed("a.jpg").claim();
        claims.begin(claim, "one", LEASE);

        assertThat(claims.failedOnce(claim)).isEqualTo(1);
        assertThat(claims.begin(claim, "two", LEASE).state()).as("it is still the first one's").isEqualTo(Begin.State.BUSY);
        claims.release(claim, "one");
        assertThat(claims.begin(claim, "two", LEASE)).isEqualTo(new Begin(Begin.State.GO, 2, 1, ""));
        assertThat(claims.failedOnce(claim)).isEqualTo(2);
    }

    @Test
    void aWorkerLearnsThatAnEarlierOneWasMovingTheImageToFailed() {
        UUID claim = claimed("a.jpg").claim();
        claims.begin(claim, "one", LEASE);
        claims.failing(claim, "broken");
        passes(LEASE);

        assertThat(claims.begin(claim, "two", LEASE)).isEqualTo(new Begin(Begin.State.GO, 2, 0, "broken"));
        claims.failing(claim, "");
        assertThat(claims.begin(claim, "two", LEASE)).isEqualTo(new Begin(Begin.State.GO, 3, 0, ""));
    }

    @Test
    void theBacklogHasTheAgeOfItsOldestImage() {
        assertThat(claims.backlog()).isEqualTo(new ClaimTable.Backlog(0, Duration.ZERO));
        claimed("a.jpg");
        passes(PAUSE);
        claimed("b.jpg");

        assertThat(claims.backlog().images()).isEqualTo(2);
        assertThat(claims.backlog().oldest()).isBetween(PAUSE, PAUSE.plusMinutes(5));
    }
}
