package io.github.camelroboflow.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.embedded.LoadedModels.InferenceModel;
import io.github.camelroboflow.embedded.session.Backlog.ImageTime;
import io.github.camelroboflow.embedded.session.CancellationToken;
import io.github.camelroboflow.embedded.session.EmbeddedSettings;
import io.github.camelroboflow.embedded.session.EmbeddedSettings.ExecutionProvider;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceEngine.InferenceListener;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.ModelPackageException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoadedModelsTest {

    private static final int THREADS = Runtime.getRuntime().availableProcessors();
    private static final Inference NOTHING = InferenceJson.read("{\"image\":{\"width\":1,\"height\":1},\"predictions\":[]}");

    private final Set<String> slow = ConcurrentHashMap.newKeySet();
    private final Set<String> broken = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final LoadedModels models = new LoadedModels((model, folder, settings) -> load(model.value()));

    /** A model without results that records when it is closed. */
    private record Blank(String name, ConcurrentLinkedQueue<String> events) implements InferenceModel {

        @Override
        public ModelDescription description() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Duration warmUpTime() {
            return Duration.ZERO;
        }

        @Override
        public Inference infer(ImageSource image, InferenceOptions options, CancellationToken cancellation,
                               InferenceListener listener) {
            return NOTHING;
        }

        @Override
        public void close() {
            events.add("-" + name);
        }
    }

    private InferenceModel load(String name) {
        events.add("?" + name);
        if (slow.contains(name)) {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        if (broken.contains(name)) {
            throw new ModelPackageException(name + " is broken");
        }
        events.add("+" + name);
        return new Blank(name, events);
    }

    private LoadedModels.Lease use(String name, int limit) {
        return models.lease(new ModelId(name), Path.of(name), new EmbeddedSettings(0, ExecutionProvider.CPU, limit));
    }

    /** Leases and releases a model like an endpoint that starts: loaded, but not in use. */
    private LoadedModels.Lease open(String name, int limit) {
        LoadedModels.Lease lease = use(name, limit);
        lease.model().join();
        lease.release();
        return lease;
    }

    @AfterEach
    void openTheGate() {
        gate.countDown();
    }

    @Test
    void loadsRunSideBySide() {
        slow.addAll(List.of("a", "b"));
        LoadedModels.Lease first = use("a", 8);
        LoadedModels.Lease second = use("b", 8);

        await().until(() -> events.containsAll(List.of("?a", "?b")));
        assertThat(first.model()).isNotDone();
        gate.countDown();
        first.model().join();
        second.model().join();
        assertThat(models.loads()).isEqualTo(2);
    }

    @Test
    void imagesOfALoadedModelDoNotWaitForALoad() {
        slow.add("cold");
        List<ImageSource> images = Collections.nCopies(3 * THREADS, ImageSource.of("a.jpg", new byte[1]));
        EmbeddedBatch waiting = new EmbeddedBatch(new ModelId("cold"), images, InferenceOptions.DEFAULTS, () -> use("cold", 8),
                InferenceListener.NONE, new ImageTime());
        waiting.start();
        EmbeddedBatch running = new EmbeddedBatch(new ModelId("warm"), images, InferenceOptions.DEFAULTS, () -> use("warm", 8),
                InferenceListener.NONE, new ImageTime());
        running.start();

        assertThat(running.future().join()).hasSize(images.size());
        assertThat(waiting.future()).isNotDone();
        gate.countDown();
        assertThat(waiting.future().join()).hasSize(images.size());
    }

    @Test
    void aboveTheLimitTheLeastRecentlyUsedModelIsUnloadedBeforeTheNextIsLoaded() {
        open("a", 2);
        open("b", 2);
        open("a", 2);
        open("c", 2);
        assertThat(events).containsExactly("?a", "+a", "?b", "+b", "-b", "?c", "+c");
        assertThat(models.loaded()).isEqualTo(2);
        assertThat(models.size()).isEqualTo(3);
    }

    @Test
    void anUnloadedModelIsLoadedAgainWhenItIsUsed() {
        open("a", 1);
        open("b", 1);
        open("a", 1);

        assertThat(events).containsExactly("?a", "+a", "-a", "?b", "+b", "-b", "?a", "+a");
    }

    @Test
    void aModelInUseIsNotUnloadedBeforeItsUseEnds() {
        LoadedModels.Lease used = use("a", 1);
        used.model().join();
        LoadedModels.Lease other = use("b", 1);
        other.model().join();
        assertThat(models.loaded()).isEqualTo(2);

        used.release();
        assertThat(events).endsWith("-a");
        other.release();
        assertThat(models.loaded()).isEqualTo(1);
    }

    @Test
    void theLastUserClosesAModelOnce() {
        LoadedModels.Lease first = open("a", 8);
        LoadedModels.Lease second = open("a", 8);
        first.close();
        first.close();
        assertThat(events).containsExactly("?a", "+a");

        second.close();
        assertThat(events).containsExactly("?a", "+a", "-a");
        assertThat(models.size()).isZero();
    }

    @Test
    void aModelWithoutLeasesIsClosedWhenItsLoadEnds() {
        slow.add("a");
        use("a", 8).close();
        gate.countDown();

        await().untilAsserted(() -> assertThat(events).containsExactly("?a", "+a", "-a"));
        assertThat(models.size()).isZero();
    }

    @Test
    void aFailedLoadIsTriedAgainByTheNextUser() {
        broken.add("a");
        LoadedModels.Lease failed = use("a", 8);
        assertThatThrownBy(() -> failed.model().join()).hasCauseInstanceOf(ModelPackageException.class);
        broken.remove("a");

        assertThat(use("a", 8).model().join()).isNotNull();
        failed.close();
        assertThat(models.loaded()).isEqualTo(1);
    }

    @Test
    void anUnloadRequestUnloadsAModelForAllUntilItsNextUse() {
        LoadedModels.Lease one = open("a", 8);
        LoadedModels.Lease other = open("a", 8);

        one.unload();

        assertThat(events).containsExactly("?a", "+a", "-a");
        assertThat(models.loaded()).isZero();
        open("a", 8).close();
        assertThat(events).containsExactly("?a", "+a", "-a", "?a", "+a");
        one.close();
        other.close();
        assertThat(events).containsExactly("?a", "+a", "-a", "?a", "+a", "-a");
    }

    @Test
    void anUnloadRequestWaitsForUsesAndEndsWithTheNextUse() {
        LoadedModels.Lease held = open("a", 8);
        LoadedModels.Lease use = use("a", 8);
        use.model().join();

        held.unload();
        assertThat(events).containsExactly("?a", "+a");
        use.close();
        assertThat(events).containsExactly("?a", "+a", "-a");

        LoadedModels.Lease again = use("a", 8);
        again.model().join();
        held.unload();
        use("a", 8).close();
        again.close();
        assertThat(models.loaded()).isEqualTo(1);
        held.close();
    }
}
