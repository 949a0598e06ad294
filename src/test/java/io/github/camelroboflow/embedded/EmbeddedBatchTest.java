package io.github.camelroboflow.embedded;

import static io.github.camelroboflow.inference.InferenceOption.REQUEST_TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.embedded.LoadedModels.InferenceModel;
import io.github.camelroboflow.embedded.session.Backlog.ImageTime;
import io.github.camelroboflow.embedded.session.Backlog;
import io.github.camelroboflow.embedded.session.CancellationToken;
import io.github.camelroboflow.embedded.session.EmbeddedSettings;
import io.github.camelroboflow.embedded.session.NativeLibraries;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceEngine.InferenceListener;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Runs alone, since it counts the models that are loaded in the whole JVM. */
@Isolated
class EmbeddedBatchTest {

    private static final int THREADS = Runtime.getRuntime().availableProcessors();
    private static final ImageSource IMAGE = ImageSource.of(TestModels.image("t49_tiny16.jpg"));

    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger started = new AtomicInteger();
    private final List<EmbeddedBatch> blocking = new ArrayList<>();
    private final ImageTime imageTime = new ImageTime();

    /** A model whose images wait until the gate is open. */
    private final LoadedModels models = new LoadedModels((model, folder, settings) ->
            new Gated(LoadedModel.load(model, folder, settings)));

    private final class Gated implements InferenceModel {

        private final InferenceModel real;

        Gated(InferenceModel real) {
            this.real = real;
        }

        @Override
        public ModelDescription description() {
            return real.description();
        }

        @Override
        public Duration warmUpTime() {
            return Duration.ZERO;
        }

        @Override
        public Inference infer(ImageSource image, InferenceOptions options, CancellationToken cancellation,
                               InferenceListener listener) {
            started.incrementAndGet();
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return real.infer(image, options, cancellation, listener);
        }

        @Override
        public void close() {
            real.close();
        }
    }

    @BeforeAll
    static void load() {
        NativeLibraries.load();
    }

    private LoadedModels.Lease behindTheGate() {
        try {
            return models.lease(TestModels.PARTS, TestModels.SHIPPED.resolve(TestModels.PARTS.value()).toRealPath(),
                    EmbeddedSettings.DEFAULTS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private EmbeddedBatch startBatch(int images, Duration timeout) {
        EmbeddedBatch batch = new EmbeddedBatch(TestModels.PARTS, Collections.nCopies(images, IMAGE),
                InferenceOptions.DEFAULTS.with(REQUEST_TIMEOUT, timeout), this::behindTheGate, InferenceListener.NONE,
                imageTime);
        batch.start();
        return batch;
    }

    private void occupyAllThreads() {
        for (int i = 0; i < THREADS; i++) {
            blocking.add(startBatch(1, Duration.ofMinutes(1)));
        }
        await().until(() -> started.get() == THREADS);
    }

    @AfterEach
    void allBatchesEndAndCloseTheirLeases() {
        gate.countDown();
        blocking.forEach(batch -> assertThat(batch.future().join()).hasSize(1));
        await().until(() -> models.size() == 0);
    }

    private static void assertUnavailable(EmbeddedBatch batch, String words) {
        assertThatThrownBy(() -> batch.future().join()).cause().isInstanceOf(RoboflowUnavailableException.class)
                .hasMessageContaining(words).hasMessageContaining("parts-detect/1");
    }

    @Test
    void waitingImagesTimeOut() {
        occupyAllThreads();
        EmbeddedBatch waiting = startBatch(3, Duration.ofMillis(20));

        assertUnavailable(waiting, "requestTimeout=20 ms");
        waiting.finished().join();
        gate.countDown();
        blocking.forEach(batch -> batch.future().join());
        assertThat(started).hasValue(THREADS);
    }

    @Test
    void imagesThatTimedOutOrWereCancelledDoNotDelayOthersAnyLonger() {
        imageTime.add(Duration.ofMinutes(1));
        occupyAllThreads();
        assertThat(Backlog.OF_THIS_JVM.estimate(imageTime, 0, 1)).isEqualTo(Duration.ofSeconds(90));
        EmbeddedBatch tooLate = startBatch(2 * THREADS, Duration.ofMillis(20));
        EmbeddedBatch cancelled = startBatch(2 * THREADS, Duration.ofMinutes(1));
        tooLate.finished().join();
        assertThat(Backlog.OF_THIS_JVM.estimate(imageTime, 0, 1)).isEqualTo(Duration.ofSeconds(210));
        cancelled.future().cancel(true);

        assertThat(Backlog.OF_THIS_JVM.estimate(imageTime, 0, 1)).isEqualTo(Duration.ofSeconds(90));
        gate.countDown();
        blocking.forEach(batch -> batch.finished().join());
        assertThat(Backlog.OF_THIS_JVM.estimate(imageTime, 0, 1)).isZero();
    }

    @Test
    void runningImagesTimeOutToo() {
        EmbeddedBatch first = startBatch(1, Duration.ofMinutes(1));
        await().until(() -> started.get() == 1);
        EmbeddedBatch running = startBatch(1, Duration.ofMillis(200));
        await().until(() -> started.get() == 2);

        assertThatThrownBy(() -> running.future().join()).cause().isInstanceOf(RoboflowException.class)
                .isNotInstanceOf(RoboflowUnavailableException.class)
                .hasMessageContaining("t49_tiny16.jpg").hasMessageContaining("parts-detect/1");
        assertThat(running.finished()).isNotDone();
        gate.countDown();
        running.finished().join();
        first.finished().join();
    }

    @Test
    void cancellingDropsImagesThatHaveNotStarted() {
        occupyAllThreads();
        EmbeddedBatch waiting = startBatch(5, Duration.ofMinutes(1));
        waiting.future().cancel(true);
        gate.countDown();
        blocking.forEach(batch -> batch.future().join());
        EmbeddedBatch next = startBatch(1, Duration.ofMinutes(1));

        assertThat(next.future().join()).hasSize(1);
        assertThat(started).hasValue(THREADS + 1);
    }

    @Test
    void stoppingFailsWaitingImagesAndLetsRunningOnesFinish() throws InterruptedException {
        occupyAllThreads();
        EmbeddedBatch waiting = startBatch(2, Duration.ofMinutes(1));
        waiting.stop();
        blocking.forEach(EmbeddedBatch::stop);

        assertUnavailable(waiting, "stopped before 2 of 2 images");
        waiting.awaitIdle();
        gate.countDown();
        assertThat(blocking.get(0).future().join()).hasSize(1);
    }

    @Test
    void everyThrowableFailsTheBatch() {
        for (Throwable thrown : List.of(new OutOfMemoryError("x"), new StackOverflowError(), new IllegalStateException("broken"))) {
            EmbeddedBatch batch = new EmbeddedBatch(TestModels.PARTS, List.of(IMAGE, IMAGE), InferenceOptions.DEFAULTS, () -> {
                throw EmbeddedBatchTest.<RuntimeException>sneak(thrown);
            }, InferenceListener.NONE, imageTime);
            batch.start();
            assertThatThrownBy(() -> batch.future().join()).cause().isInstanceOf(RoboflowException.class)
                    .hasMessageContaining("'t49_tiny16.jpg'").hasMessageContaining("'parts-detect/1'").hasCause(thrown);
            batch.finished().join();
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Test
    void aListenerThatFailsFailsTheBatchAndLeavesNoImageInTheBacklog() {
        InferenceListener broken = new InferenceListener() {
            @Override
            public void ended(String model, Stage stage, long nanos) {
                throw new IllegalStateException("broken");
            }
        };
        gate.countDown();
        imageTime.add(Duration.ofMinutes(1));
        for (int i = 0; i < THREADS; i++) {
            EmbeddedBatch batch = new EmbeddedBatch(TestModels.PARTS, List.of(IMAGE), InferenceOptions.DEFAULTS,
                    this::behindTheGate, broken, imageTime);
            batch.start();
            assertThatThrownBy(() -> batch.future().join()).cause().hasMessageContaining("broken");
            batch.finished().join();
        }

        assertThat(Backlog.OF_THIS_JVM.estimate(imageTime, 0, 1)).isZero();
    }

    @Test
    void anUnreadableFile() {
        gate.countDown();
        EmbeddedBatch batch =
                new EmbeddedBatch(TestModels.PARTS, List.of(ImageSource.of(Path.of("gone.jpg"))), InferenceOptions.DEFAULTS,
                this::behindTheGate, InferenceListener.NONE, imageTime);
        batch.start();

        assertThatThrownBy(() -> batch.future().join()).cause().isInstanceOf(RoboflowException.class)
                .hasMessageContaining("'gone.jpg' could not be read");
    }

    @Test
    void anEmptyBatch() {
        EmbeddedBatch batch = startBatch(0, Duration.ofMinutes(1));

        assertThat(batch.future().join()).isEqualTo(List.<Inference>of());
        assertThat(started).hasValue(0);
    }
}
