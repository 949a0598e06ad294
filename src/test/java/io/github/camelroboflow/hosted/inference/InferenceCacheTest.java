package io.github.camelroboflow.hosted.inference;

import static io.github.camelroboflow.inference.InferenceOption.CONFIDENCE;
import static io.github.camelroboflow.inference.InferenceOption.REQUEST_TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.hosted.http.HostedSettings;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceEngine.InferenceListener;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks when a request is sent and when a cached result is used. */
class InferenceCacheTest {

    private static final InferenceOptions DEFAULTS = InferenceOptions.DEFAULTS;
    private static final ImageSource IMAGE = image(1);

    private final AtomicLong nanos = new AtomicLong();
    private final List<CompletableFuture<Inference>> asked = new ArrayList<>();
    private InferenceCache cache =
            new InferenceCache(new HostedSettings.Cache(Duration.ofMinutes(1), 1_000_000), nanos::get, InferenceListener.NONE);

    private static ImageSource image(int content) {
        return ImageSource.of("a.jpg", new byte[] {(byte) content});
    }

    private static Inference answer(int id) {
        return InferenceJson.read("{\"inference_id\":\"" + id + "\",\"image\":{\"width\":1,\"height\":1},\"predictions\":[]}");
    }

    private CompletableFuture<Inference> begin(String model, ImageSource image, InferenceOptions options) {
        return cache.get(new ModelId(model), image, options, () -> {
            CompletableFuture<Inference> request = new CompletableFuture<>();
            asked.add(request);
            return request;
        });
    }

    /** Returns the response's id. Each request is answered at once with its number. */
    private String ask(String model, ImageSource image, InferenceOptions options) {
        CompletableFuture<Inference> answer = begin(model, image, options);
        asked.get(asked.size() - 1).complete(answer(asked.size()));
        return answer.join().info().inferenceId();
    }

    @Test
    void theSameImageWithTheSameModelAndOptionsIsAskedForOnceWhateverItIsCalled() {
        assertThat(ask("a/1", IMAGE, DEFAULTS)).isEqualTo("1");
        assertThat(ask("a/1", IMAGE.named("b.jpg"), InferenceOptions.DEFAULTS.with(REQUEST_TIMEOUT, Duration.ofSeconds(1))))
                .isEqualTo("1");

        assertThat(ask("a/2", IMAGE, DEFAULTS)).isEqualTo("2");
        assertThat(ask("a/1", image(2), DEFAULTS)).isEqualTo("3");
        assertThat(ask("a/1", IMAGE, InferenceOptions.DEFAULTS.with(CONFIDENCE, 0.7))).isEqualTo("4");
        assertThat(ask("a/1", IMAGE, DEFAULTS)).isEqualTo("1");
    }

    @Test
    void aFileWithOtherContentIsAnotherImage(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("a.jpg"), "one");
        ask("a/1", ImageSource.of(file), DEFAULTS);
        Files.writeString(file, "two");

        assertThat(ask("a/1", ImageSource.of(file), DEFAULTS)).isEqualTo("2");
        assertThat(ask("a/1", ImageSource.of("a", "two".getBytes()), DEFAULTS)).isEqualTo("2");
    }

    @Test
    void manyWhoAskAtATimeGetTheAnswerToOneRequestAndNoneEndsTheWaitOfOthers() {
        CompletableFuture<Inference> first = begin("a/1", IMAGE, DEFAULTS);
        CompletableFuture<Inference> second = begin("a/1", IMAGE, DEFAULTS);
        first.cancel(true);
        asked.get(0).complete(answer(7));

        assertThat(asked).hasSize(1);
        assertThat(first).isCancelled();
        assertThat(second.join().info().inferenceId()).isEqualTo("7");
    }

    @Test
    void aFailureIsNotRememberedButAskedForAgain() {
        CompletableFuture<Inference> first = begin("a/1", IMAGE, DEFAULTS);
        asked.get(0).completeExceptionally(new RoboflowUnavailableException("down"));

        assertThatThrownBy(first::join).cause().hasMessage("down").isInstanceOf(RoboflowUnavailableException.class);
        assertThat(ask("a/1", IMAGE, DEFAULTS)).isEqualTo("2");
    }

    /** Regression: an image was given up because the file of another, equal image was missing. */
    @Test
    void aFailureIsThatOfWhoAskedAndOthersWhoWaitAskThemselves() {
        CompletableFuture<Inference> first = begin("a/1", IMAGE, DEFAULTS);
        CompletableFuture<Inference> second = begin("a/1", IMAGE.named("b.jpg"), DEFAULTS);
        CompletableFuture<Inference> third = begin("a/1", IMAGE.named("c.jpg"), DEFAULTS);
        third.cancel(true);
        asked.get(0).completeExceptionally(new InvalidImageException("a.jpg is gone"));

        assertThatThrownBy(first::join).cause().hasMessage("a.jpg is gone");
        assertThat(asked).hasSize(2);
        asked.get(1).complete(answer(2));
        assertThat(second.join().info().inferenceId()).isEqualTo("2");
    }

    /** Regression: all other callers with that image waited for ever. */
    @Test
    void anErrorWhileARequestIsMadeIsAFailureToo() {
        CompletableFuture<Inference> answer = cache.get(new ModelId("a/1"), IMAGE, DEFAULTS, () -> {
            throw new NoClassDefFoundError("for this test");
        });

        assertThat(answer).isCompletedExceptionally();
        assertThat(ask("a/1", IMAGE, DEFAULTS)).isEqualTo("1");
    }

    @Test
    void aFailureIsForThoseWhoWaitAndNotForTheTerminal() {
        List<String> printed = new CopyOnWriteArrayList<>();
        Handler handler = new StreamHandler() {

            @Override
            public synchronized void publish(LogRecord entry) {
                printed.add(entry.getLoggerName() + ": " + entry.getThrown());
            }
        };
        Logger.getLogger("").addHandler(handler);
        try {
            CompletableFuture<Inference> answer = begin("a/1", IMAGE, DEFAULTS);
            asked.get(0).completeExceptionally(new RoboflowUnavailableException("down for this test"));
            assertThat(answer).isCompletedExceptionally();
        } finally {
            Logger.getLogger("").removeHandler(handler);
        }

        assertThat(printed).noneMatch(line -> line.contains("down for this test"));
    }

    @Test
    void aRequestThatCantBeMadeIsAFailureToo() {
        CompletableFuture<Inference> answer = cache.get(new ModelId("a/1"), IMAGE, DEFAULTS, () -> {
            throw new IllegalStateException("closed");
        });

        assertThatThrownBy(answer::join).cause().hasMessage("closed");
        assertThat(ask("a/1", IMAGE, DEFAULTS)).isEqualTo("1");
    }

    @Test
    void anAnswerIsForgottenWhenItsTimeIsOver() {
        ask("a/1", IMAGE, DEFAULTS);
        nanos.addAndGet(Duration.ofSeconds(59).toNanos());
        assertThat(ask("a/1", IMAGE, DEFAULTS)).isEqualTo("1");

        nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        assertThat(ask("a/1", IMAGE, DEFAULTS)).isEqualTo("2");
    }

    @Test
    void moreAnswersThanThereIsRoomForAreNotKept() {
        cache = new InferenceCache(new HostedSettings.Cache(Duration.ofMinutes(1), 1), nanos::get, InferenceListener.NONE);
        ask("a/1", IMAGE, DEFAULTS);

        await().untilAsserted(() -> assertThat(ask("a/1", IMAGE, DEFAULTS)).isNotEqualTo("1"));
    }

    @Test
    void anImageThatTheServerFetchesIsAskedForEachTimeAsItMayBeAnotherByThen() {
        ImageSource image = ImageSource.of("a.jpg", URI.create("https://example.com/a.jpg"));

        assertThat(List.of(ask("a/1", image, DEFAULTS), ask("a/1", image, DEFAULTS))).containsExactly("1", "2");
    }

    @Test
    void anImageThatCantBeReadIsTheRequestsToTell(@TempDir Path folder) {
        CompletableFuture<Inference> answer = begin("a/1", ImageSource.of(folder.resolve("gone.jpg")), DEFAULTS);

        assertThat(answer).isSameAs(asked.get(0));
    }
}
