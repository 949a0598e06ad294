package io.github.camelroboflow.hosted.fake;

import static io.github.camelroboflow.hosted.fake.RawHttpClient.IMAGE;
import static io.github.camelroboflow.hosted.fake.RawHttpClient.MODEL_AND_KEY;
import static io.github.camelroboflow.hosted.fake.RawHttpClient.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Checks that the fake reports its clients' requests. */
class FakeRoboflowWitnessTest {

    private final FakeRoboflow fake = FakeRoboflow.start();
    private final RawHttpClient client = new RawHttpClient(fake);

    @AfterEach
    void close() {
        fake.close();
    }

    @Test
    void remembersWhatItWasAsked() throws Exception {
        client.send(client.to("/a%20b/3?name=x%20%2B+y&n=1&n=2").header("X-Own", "1").PUT(BodyPublishers.ofString("body")).build());
        FakeRequest request = fake.requests().get(0);

        assertThat(request.method()).isEqualTo("PUT");
        assertThat(request.target()).isEqualTo("/a%20b/3?name=x%20%2B+y&n=1&n=2");
        assertThat(request.path()).isEqualTo("/a b/3");
        assertThat(request.query()).containsEntry("name", "x + y").containsEntry("n", "2");
        assertThat(request.header("x-own")).contains("1");
        assertThat(request.text()).isEqualTo("body");
        assertThat(request.length()).isEqualTo(4);
        assertThat(request.wasAborted()).isFalse();
    }

    @Test
    void onlyCountsABodyThatIsTooLong() throws Exception {
        HttpRequest request = client.to(MODEL_AND_KEY).header("Content-Type", "image/jpeg")
                .POST(BodyPublishers.ofByteArray(new byte[FakeRequest.KEPT + 1])).build();

        assertThat(client.send(request).statusCode()).isEqualTo(413);
        assertThat(fake.requests().get(0).length()).isEqualTo(FakeRequest.KEPT + 1);
        assertThat(fake.requests().get(0).body()).isEmpty();
    }

    @Test
    void keepsConnectionsAliveAndCountsThem() throws Exception {
        client.infer();
        client.infer();

        assertThat(fake.connections()).isEqualTo(1);
        assertThat(fake.requests()).extracting(FakeRequest::connection).containsExactly(1, 1);
    }

    @Test
    void countsTheMostThatWereInFlight() {
        fake.delay(Duration.ofMinutes(5));
        List<CompletableFuture<HttpResponse<String>>> responses = IntStream.range(0, 5)
                .mapToObj(i -> client.sendAsync(client.post(MODEL_AND_KEY, IMAGE))).toList();

        await().until(() -> fake.inFlight() == 5);
        assertThat(fake.mostInFlight()).isEqualTo(5);
        assertThat(responses).noneMatch(CompletableFuture::isDone);
        fake.close();
        await().until(() -> fake.inFlight() == 0);
        assertThat(fake.mostInFlight()).isEqualTo(5);
    }

    @Test
    void requestsOneAfterTheOtherWereNeverTwoInFlight() throws Exception {
        for (int i = 0; i < 50; i++) {
            client.send(client.to(MODEL_AND_KEY).GET().build(), BodyHandlers.discarding());
            HttpClient.newHttpClient().send(client.to(MODEL_AND_KEY).GET().build(), BodyHandlers.discarding());
        }

        assertThat(fake.mostInFlight()).isEqualTo(1);
    }

    @Test
    void noticesThatAClientDidNotWaitForItsAnswer() throws Exception {
        fake.next(Behaviour.usual().delay(Duration.ofMinutes(1)));
        try (Socket socket = client.connect("GET " + MODEL_AND_KEY + " HTTP/1.1")) {
            await().until(() -> fake.requests().size() == 1);
            assertThat(fake.requests().get(0).wasAborted()).isFalse();
        }
        await().until(() -> fake.requests().get(0).wasAborted());
        await().until(() -> fake.inFlight() == 0);
    }

    @Test
    void noticesThatAClientDidNotSendItsWholeBody() throws Exception {
        try (Socket socket = client.connect("POST " + MODEL_AND_KEY + " HTTP/1.1\nContent-Length: 10")) {
            write(socket, "12345");
        }
        await().until(() -> fake.requests().size() == 1 && fake.requests().get(0).wasAborted());
    }
}
