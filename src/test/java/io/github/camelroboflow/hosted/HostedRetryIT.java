package io.github.camelroboflow.hosted;

import static io.github.camelroboflow.inference.InferenceOption.REQUEST_TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.hosted.fake.Behaviour;
import io.github.camelroboflow.hosted.fake.FakeRequest;
import io.github.camelroboflow.hosted.http.HostedSettings;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Checks the limits on requests: permits, rate limit, deadlines, rejections, connections. */
class HostedRetryIT extends HostedEngineTestBase {

    @Test
    void noMoreRequestsAreInFlightThanThereArePlaces() {
        hosted.cloud.holdUntil(8).delay(Duration.ofMillis(20));

        List<CompletableFuture<List<Inference>>> answers = IntStream.range(0, 40)
                .mapToObj(i -> hosted.engine.infer(HostedEngineFixture.MODEL, List.of(HostedEngineFixture.photo()), DEFAULTS)
                .toCompletableFuture()).toList();
        answers.forEach(CompletableFuture::join);

        assertThat(hosted.cloud.mostInFlight()).isEqualTo(8);
        assertThat(hosted.cloud.connections()).isLessThanOrEqualTo(8);
    }

    @Test
    void requestsAreBegunNoFasterThanTheRate() {
        restart(HostedEngineFixture.startWithRate(50));

        long begun = System.nanoTime();
        IntStream.range(0, 20)
                .mapToObj(i -> hosted.engine.infer(HostedEngineFixture.MODEL, List.of(HostedEngineFixture.photo()), DEFAULTS)
                .toCompletableFuture())
                .toList().forEach(CompletableFuture::join);

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(370));
    }

    @Test
    void aRequestThatTheRateDoesNotGetToInTimeFailsAtOnceAndTakesNoTurn() {
        restart(HostedEngineFixture.startWithRate(0.2));
        InferenceOptions shorter = InferenceOptions.DEFAULTS.with(REQUEST_TIMEOUT, Duration.ofSeconds(1));
        hosted.infer(DEFAULTS);

        for (int i = 0; i < 30; i++) {
            assertThat(hosted.failure(shorter)).isInstanceOf(RoboflowUnavailableException.class)
                    .hasMessageEndingWith("the rate limit of 0.2 requests per second left no time for it within"
                        + " requestTimeout=1000 ms");
        }

        // if each of those took a permit, this one would come minutes later, after its deadline
        hosted.infer(InferenceOptions.DEFAULTS.with(REQUEST_TIMEOUT, Duration.ofSeconds(20)));
        assertThat(hosted.cloud.requests()).hasSize(2);
    }

    @Test
    void aLongBatchLetsOthersThrough() {
        hosted.cloud.answer("other/1", "{\"image\":{\"width\":1,\"height\":1},\"predictions\":[]}").holdUntil(1000);
        CompletableFuture<List<Inference>> batch = hosted.engine
                .infer(HostedEngineFixture.MODEL, Collections.nCopies(100, HostedEngineFixture.photo()), DEFAULTS)
                .toCompletableFuture();
        CompletableFuture<List<Inference>> other = hosted.engine
                .infer(new ModelId("other/1"), List.of(HostedEngineFixture.photo()), DEFAULTS)
                .toCompletableFuture();

        hosted.cloud.release();

        CompletableFuture.allOf(batch, other).join();
        assertThat(hosted.cloud.requests().subList(0, 50)).anyMatch(request -> request.target().startsWith("/other/1"));
    }

    @Test
    void theDeadlineHoldsForAllTriesTogether() {
        hosted.cloud.always(Behaviour.usual().delay(Duration.ofSeconds(20)));

        Throwable failure = hosted.failure(InferenceOptions.DEFAULTS.with(REQUEST_TIMEOUT, Duration.ofMillis(700)));

        assertThat(failure).isInstanceOf(RoboflowUnavailableException.class)
                .hasMessageStartingWith("no response from " + hosted.cloud.address()
                        + " for image 'bolts-and-nuts.jpg' for my-project/3 within requestTimeout=700 ms");
        await().until(() -> hosted.cloud.requests().stream().allMatch(FakeRequest::wasAborted));
    }

    @Test
    void aDeadlineThatPassesAfterFailuresTellsTheLastOfThem() {
        restart(HostedEngineFixture.startWith(new HostedSettings.Retries(1000, Duration.ofSeconds(10), Duration.ofSeconds(10))));
        hosted.cloud.always(Behaviour.status(503).header("Retry-After", "0"));

        Throwable failure = hosted.failure(InferenceOptions.DEFAULTS.with(REQUEST_TIMEOUT, Duration.ofSeconds(3)));

        assertThat(failure).isInstanceOf(RoboflowUnavailableException.class)
                .hasMessageMatching("no response from .* within requestTimeout=3000 ms after \\d+ attempts?;"
                        + " last failure: .*HTTP 503.*");
        assertThat(((RoboflowUnavailableException) failure).retryAfter()).contains(Duration.ZERO);
    }

    @Test
    void cancellingTheAnswerEndsTheRequest() {
        hosted.cloud.always(Behaviour.usual().delay(Duration.ofSeconds(20)));
        CompletableFuture<List<Inference>> answer = hosted.engine
                .infer(HostedEngineFixture.MODEL, List.of(HostedEngineFixture.photo()), DEFAULTS)
                .toCompletableFuture();
        await().until(() -> hosted.cloud.requests().size() == 1);

        answer.cancel(true);

        await().until(() -> hosted.onlyRequest().wasAborted());
    }

    @Test
    void closingTheEngineEndsWhatIsInFlight() {
        hosted.cloud.always(Behaviour.usual().delay(Duration.ofSeconds(20)));
        CompletableFuture<List<Inference>> answer = hosted.engine
                .infer(HostedEngineFixture.MODEL, List.of(HostedEngineFixture.photo()), DEFAULTS)
                .toCompletableFuture();
        await().until(() -> hosted.cloud.requests().size() == 1);

        hosted.engine.close();

        assertThatThrownBy(answer::join).isInstanceOf(CompletionException.class).cause()
                .isInstanceOf(RoboflowUnavailableException.class).hasMessageContaining("stopped before");
        await().until(() -> hosted.onlyRequest().wasAborted());
        assertThat(hosted.failure(DEFAULTS)).isInstanceOf(RoboflowUnavailableException.class).hasMessageContaining("stopped");
    }

    @Test
    void afterARefusalNothingIsAsked() {
        restart(HostedEngineFixture.startWithPause(Duration.ofHours(1)));
        hosted.cloud.next(Behaviour.status(401));

        Throwable first = hosted.failure(DEFAULTS);
        for (int i = 0; i < 100; i++) {
            assertThat(hosted.failure(DEFAULTS)).isInstanceOf(RoboflowRejectedException.class).hasMessage(first.getMessage());
        }
        assertThat(hosted.cloud.requests()).hasSize(1);
    }

    @Test
    void aRefusalLastsUntilAProbePasses() {
        hosted.cloud.next(Behaviour.status(401).times(2));
        assertThat(hosted.failure(DEFAULTS)).isInstanceOf(RoboflowRejectedException.class);

        await().pollInterval(Duration.ofMillis(20)).ignoreExceptionsInstanceOf(RoboflowRejectedException.class)
                .until(() -> hosted.infer(DEFAULTS) != null);
        assertThat(hosted.cloud.requests()).hasSize(3);
        hosted.infer(DEFAULTS);
    }

    @Test
    void aProbeThatFailsForAnotherReasonDoesNotEndTheRefusal() {
        hosted.cloud.next(Behaviour.status(401)).always(Behaviour.json(501, "{}"));
        Throwable first = hosted.failure(DEFAULTS);

        await().pollInterval(Duration.ofMillis(20)).until(() -> hosted.failure(DEFAULTS).getMessage().contains("HTTP 501"));

        // fails between two probes
        await().until(() -> hosted.failure(DEFAULTS).getMessage().equals(first.getMessage()));
    }

    @Test
    void aRefusalOfOneModelIsNoneOfAnother() {
        hosted.cloud.answer("other/1", "{\"image\":{\"width\":1,\"height\":1},\"predictions\":[]}");
        hosted.cloud.next(Behaviour.status(403));
        hosted.failure(DEFAULTS);

        hosted.engine.infer(new ModelId("other/1"), List.of(HostedEngineFixture.photo()), DEFAULTS).toCompletableFuture().join();

        assertThat(hosted.cloud.requests()).hasSize(2);
    }

    @Test
    void aMissingKeyThatIsToldWithStatus400IsARefusalToo() {
        hosted.cloud.always(Behaviour.json(400, "{\"message\":\"Required Roboflow API key is missing.\"}"));

        Throwable first = hosted.failure(DEFAULTS);
        assertThat(hosted.failure(DEFAULTS)).isInstanceOf(RoboflowRejectedException.class).hasMessage(first.getMessage());
        assertThat(hosted.cloud.requests()).hasSize(1);
    }

    @Test
    void aKeptConnectionThatTheServerClosedIsReplaced() {
        hosted.cloud.next(Behaviour.usual().closedAfterwards());
        hosted.infer(DEFAULTS);

        hosted.infer(DEFAULTS);

        assertThat(hosted.cloud.connections()).isEqualTo(2);
    }

    @Test
    void connectionsAreKept() {
        for (int i = 0; i < 5; i++) {
            hosted.infer(DEFAULTS);
        }

        assertThat(hosted.cloud.connections()).isEqualTo(1);
    }

    @Test
    void aRefusalIsHeardWhileALargeImageIsStillBeingSent() {
        byte[] large = Arrays.copyOf(HostedEngineFixture.photoBytes(), 15_000_000);
        hosted.cloud.always(Behaviour.json(413, "{\"message\":\"Request Too Long\"}").beforeBody());

        assertThatThrownBy(() -> hosted.infer(ImageSource.of("large.jpg", large), DEFAULTS))
                .isInstanceOf(InvalidImageException.class)
                .hasMessageContaining("HTTP 413: Request Too Long");
        assertThat(hosted.cloud.requests()).hasSize(1);
    }

    @Test
    void aServerThatIsNotThereIsUnavailable() {
        hosted.cloud.close();

        assertThat(hosted.failure(DEFAULTS)).isInstanceOf(RoboflowUnavailableException.class)
                .hasMessageContaining("can't be reached or broke off").hasMessageEndingWith(" after 4 attempts");
    }
}
