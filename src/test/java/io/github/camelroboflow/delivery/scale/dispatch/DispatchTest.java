package io.github.camelroboflow.delivery.scale.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.github.camelroboflow.delivery.folder.SharedFolder;
import io.github.camelroboflow.delivery.scale.ClaimTable.Outcome;
import io.github.camelroboflow.delivery.scale.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DispatchTest {

    @TempDir
    Path data;
    private DispatcherFixture fixture;

    @BeforeEach
    void open() {
        fixture = new DispatcherFixture(data);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void anImageIsMovedClaimedAndSentWithItsPlace() throws Exception {
        fixture.drop("line 1/a.jpg", "notes.txt");
        Dispatch dispatcher = fixture.dispatcher(100);

        Exchange round = fixture.round(dispatcher);

        ImageReference image = DispatcherFixture.messages(round).get(0);
        assertThat(image.name()).isEqualTo("line 1/a.jpg");
        assertThat(image.key()).isEqualTo(image.claim() + "/line 1/a.jpg");
        assertThat(image.size()).isEqualTo("line 1/a.jpg".length());
        assertThat(data.resolve("work").resolve(image.key())).hasContent("line 1/a.jpg");
        assertThat(fixture.files("inbox")).containsExactly("notes.txt");
        Message message = (Message) round.getMessage().getBody(List.class).get(0);
        assertThat(message.getHeader("kafka.KEY")).isEqualTo(image.claim().toString());
        SharedFolder.requireId(data.resolve("work"), image.place());
        assertThatThrownBy(() -> SharedFolder.requireId(data.resolve("done"), image.place())).isInstanceOf(IOException.class)
                .hasMessageContaining("is the shared folder mounted there?");

        dispatcher.sent(round);
        assertThat(DispatcherFixture.messages(fixture.round(dispatcher))).isEmpty();
    }

    @Test
    void aRoundWithoutMessagesEndsTheRouteAndNoMore() throws Exception {
        Exchange round = fixture.round(fixture.dispatcher(100));

        assertThat(round.isRouteStop()).isTrue();
        assertThat(round.getProperty(Exchange.SCHEDULER_POLLED_MESSAGES, boolean.class)).isFalse();
        assertThat(data.resolve("inbox")).isDirectory();
    }

    @Test
    void twoFilesOfOneNameAreTwoImages() throws Exception {
        Dispatch dispatcher = fixture.dispatcher(100);
        fixture.drop("a.jpg");
        ImageReference first = DispatcherFixture.messages(fixture.round(dispatcher)).get(0);
        fixture.drop("a.jpg");

        assertThat(DispatcherFixture.messages(fixture.round(dispatcher))).hasSize(2).contains(first);
        assertThat(fixture.files("work")).hasSize(2);
    }

    @Test
    void aFullBacklogPausesTheInboxUntilWorkersHaveCaughtUp() throws Exception {
        Dispatch dispatcher = fixture.dispatcher(10);
        fixture.drop(IntStream.range(0, 30).mapToObj(i -> i + ".jpg").toArray(String[]::new));

        List<ImageReference> sent = sendAll(dispatcher);
        assertThat(sent).hasSize(10);
        assertThat(fixture.files("inbox")).hasSize(20);
        assertThat(sendAll(dispatcher)).isEmpty();

        sent.subList(0, 5).forEach(image -> fixture.claims.finish(image.claim(), Outcome.DONE, ""));
        assertThat(sendAll(dispatcher)).as("a pause lasts until there is room for many").isEmpty();
        fixture.claims.finish(sent.get(5).claim(), Outcome.FAILED, "damaged");
        assertThat(sendAll(dispatcher)).hasSize(6);
    }

    private List<ImageReference> sendAll(Dispatch dispatcher) throws IOException {
        Exchange round = fixture.round(dispatcher);
        dispatcher.sent(round);
        return DispatcherFixture.messages(round);
    }

    @Test
    void moreImagesThanARoundHoldsAreSentInSeveral() throws Exception {
        Dispatch dispatcher = fixture.dispatcher(10_000);
        fixture.drop(IntStream.range(0, Dispatch.ROUND + 20).mapToObj(i -> i + ".jpg").toArray(String[]::new));

        assertThat(sendAll(dispatcher)).hasSize(Dispatch.ROUND);
        assertThat(sendAll(dispatcher)).hasSize(20);
    }

    @Test
    void anImageWithoutAnOutcomeIsSentAgain() throws Exception {
        Dispatch dispatcher = fixture.dispatcher(100);
        fixture.drop("a.jpg", "b.jpg");
        List<ImageReference> sent = sendAll(dispatcher);
        fixture.claims.finish(sent.get(0).claim(), Outcome.DONE, "");

        fixture.passes(DispatcherFixture.SEND_AGAIN_AFTER);

        assertThat(sendAll(dispatcher)).extracting(ImageReference::claim, ImageReference::tries)
                .containsExactly(tuple(sent.get(1).claim(), 1));
    }

    @Test
    void whatAKilledDispatcherTookIsClaimedByTheNextOne() throws Exception {
        fixture.drop("a.jpg", "b.jpg");
        try (var killed = fixture.inbox()) {
            assertThat(killed.take(1)).hasSize(1);
        }

        assertThat(DispatcherFixture.messages(fixture.round(fixture.dispatcher(100)))).extracting(ImageReference::name)
                .containsExactlyInAnyOrder("a.jpg", "b.jpg");
        assertThat(fixture.files("work")).hasSize(2);
    }

    @Test
    void imagesThatWorkersHaveAreNotClaimedAgainByTheNextDispatcher() throws Exception {
        fixture.drop("a.jpg");
        sendAll(fixture.dispatcher(100));

        assertThat(DispatcherFixture.messages(fixture.round(fixture.dispatcher(100)))).isEmpty();
        assertThat(fixture.claims.backlog().images()).isEqualTo(1);
    }

    /** The database was lost, and the images are in work. */
    @Test
    void imagesWithoutARowAreSentAnew() throws Exception {
        fixture.drop("a.jpg");
        ImageReference lost = sendAll(fixture.dispatcher(100)).get(0);
        fixture.database.execute(jdbc -> jdbc.update("delete from scale_claim"));

        assertThat(DispatcherFixture.messages(fixture.round(fixture.dispatcher(100)))).extracting(ImageReference::claim)
                .containsExactly(lost.claim());
    }

    @Test
    void anInboxThatCanNotBeListedIsAnOutage() throws Exception {
        Dispatch dispatcher = fixture.dispatcher(100);
        fixture.round(dispatcher);
        Files.delete(data.resolve("inbox"));

        assertThatThrownBy(() -> fixture.round(dispatcher)).isInstanceOf(IOException.class)
                .hasMessageContaining("can't be listed");
    }
}
