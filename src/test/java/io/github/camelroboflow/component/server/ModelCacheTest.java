package io.github.camelroboflow.component.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.component.RoboflowComponent.ModelCache;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceEngine;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.Task;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The models that a server keeps open. */
class ModelCacheTest {

    private final List<String> open = new CopyOnWriteArrayList<>();
    private final List<String> unloaded = new CopyOnWriteArrayList<>();
    private final ModelCache models = new ModelCache(new Engine()::open, 2, "the server");

    /** Counts the open models. */
    private final class Engine implements InferenceEngine {

        @Override
        public OpenModel open(ModelId model) {
            open.add(model.value());
            return new OpenModel() {

                @Override
                public ModelDescription description() {
                    return new ModelDescription(model, Task.OBJECT_DETECTION, List.of(), ImageSize.UNKNOWN, "", Duration.ZERO);
                }

                @Override
                public void unload() {
                    unloaded.add(model.value());
                }

                @Override
                public void close() {
                    open.remove(model.value());
                }
            };
        }

        @Override
        public CompletionStage<List<Inference>> infer(ModelId model, List<ImageSource> images, InferenceOptions options) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            // holds no resources
        }
    }

    private void ask(String... names) {
        for (String name : names) {
            models.open(new ModelId(name));
        }
    }

    @Test
    void theLeastRecentlyUsedModelIsClosed() {
        ask("a/1", "b/1", "a/1", "c/1");

        assertThat(open).containsExactly("a/1", "c/1");
        assertThat(models.opened()).extracting(model -> model.id().value()).containsExactly("a/1", "c/1");
    }

    @Test
    void aLateRequestLeavesNoModelOpen() {
        ask("a/1");
        models.close();

        assertThatThrownBy(() -> ask("b/1")).isInstanceOf(RoboflowUnavailableException.class).hasMessageContaining("'b/1'");
        assertThat(open).isEmpty();
    }

    @Test
    void aClosedModelIsUnloadedAndAnEvictedOneIsLeftToItsOtherUsers() {
        ask("a/1", "b/1", "c/1");
        models.close(new ModelId("b/1"));
        models.close(new ModelId("b/1"));

        assertThat(unloaded).containsExactly("b/1");
        assertThat(open).containsExactly("c/1");
    }
}
