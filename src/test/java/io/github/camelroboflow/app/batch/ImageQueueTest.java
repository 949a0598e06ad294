package io.github.camelroboflow.app.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.Own;
import io.github.camelroboflow.inference.support.Backoff;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ImageQueueTest {

    private final AtomicBoolean stopping = new AtomicBoolean();

    private ImageQueue queue(int images, int mostInFlight) {
        return queue(IntStream.range(0, images).mapToObj(i -> BatchImage.ofFile(i + ".jpg", Path.of(i + ".jpg"), 1,
                Instant.EPOCH)).iterator(), mostInFlight);
    }

    private ImageQueue queue(Iterator<BatchImage> images, int mostInFlight) {
        return new ImageQueue(images, mostInFlight, new Backoff(Duration.ofMillis(1), Duration.ofMillis(2)), stopping::get);
    }

    @Test
    void anImageIsGivenOutOnlyWhenAPlaceIsFree() {
        ImageQueue queue = queue(2, 1);
        queue.next();
        CompletableFuture<BatchImage> second = CompletableFuture.supplyAsync(queue::next, Own.THREAD);
        assertThat(second).isNotDone();

        queue.finished();

        await().until(second::isDone);
        assertThat(second.join().name()).isEqualTo("1.jpg");
    }

    @Test
    void anImageThatAnOutageHitIsGivenOutAgainFirst() {
        ImageQueue queue = queue(2, 5);
        BatchImage image = queue.next();

        assertThat(queue.hit(image, "the server is down", false)).isTrue();

        assertThat(queue.next().name()).isEqualTo("0.jpg");
        assertThat(queue.next().name()).isEqualTo("1.jpg");
        queue.finished();
        queue.finished();
        assertThat(queue.hasNext()).isFalse();
        assertThat(queue.unfinished()).isEmpty();
    }

    /** It was left for the next run, since the queue had ended. */
    @Test
    void theLastImageIsGivenOutAgainAfterAnOutage() {
        ImageQueue queue = queue(1, 5);
        BatchImage image = queue.next();
        assertThat(queue.hasNext()).isTrue();

        queue.hit(image, "the server is down", false);

        assertThat(queue.next().name()).isEqualTo("0.jpg");
        queue.finished();
        assertThat(queue.hasNext()).isFalse();
        assertThat(queue.unfinished()).isEmpty();
    }

    @Test
    void ifNoImageComesBackTheEndIsNoImage() {
        ImageQueue queue = queue(1, 5);
        queue.next();
        CompletableFuture<BatchImage> end = CompletableFuture.supplyAsync(queue::next, Own.THREAD);

        queue.finished();

        await().until(end::isDone);
        assertThat(end.join()).isSameAs(ImageQueue.NONE);
        assertThat(queue.hasNext()).isFalse();
    }

    @Test
    void aListingThatFailsEndsTheBatchAndSaysWhy() {
        Iterator<BatchImage> refused = Stream.<BatchImage>generate(() -> {
            throw new UncheckedIOException(new IOException("the bucket is gone"));
        }).iterator();
        ImageQueue queue = queue(refused, 5);

        assertThat(queue.hasNext()).isFalse();
        assertThat(queue.unfinished().orElseThrow()).contains("the bucket is gone");
    }

    @Test
    void anImageThatFailsWhileOthersSucceedFailsOfItsOwn() {
        ImageQueue queue = queue(9, 5);
        BatchImage image = queue.next();
        for (int i = 0; i < 3; i++) {
            assertThat(queue.hit(image, "status 500", false)).isTrue();
            image = queue.next();
            queue.next();
            queue.finished();
        }

        assertThat(queue.hit(image, "status 500", false)).isFalse();
    }

    @Test
    void aRefusedKeyEndsTheBatchAndSaysWhy() {
        ImageQueue queue = queue(5, 5);

        queue.hit(queue.next(), "the key is refused", true);

        assertThat(queue.hasNext()).isFalse();
        assertThat(queue.unfinished()).contains("the key is refused");
    }

    @Test
    void aStopGivesOutNoMore() {
        ImageQueue queue = queue(5, 5);
        queue.next();
        stopping.set(true);

        assertThat(queue.hasNext()).isFalse();
    }

    @Test
    void allImagesComeInTheirOrder() {
        ImageQueue queue = queue(3, 5);

        assertThat(List.of(queue.next().name(), queue.next().name(), queue.next().name()))
                .containsExactly("0.jpg", "1.jpg", "2.jpg");
    }
}
