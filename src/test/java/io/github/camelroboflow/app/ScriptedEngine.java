package io.github.camelroboflow.app;

import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.ImageSize;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceEngine;
import io.github.camelroboflow.inference.InferenceInfo;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.Task;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** An engine that finds nothing in any image, after it did what the test wants: wait, or fail. */
final class ScriptedEngine implements InferenceEngine {

    private final Consumer<ImageSource> script;

    /** @param script is given each image; what it throws is the engine's answer */
    ScriptedEngine(Consumer<ImageSource> script) {
        this.script = script;
    }

    @Override
    public OpenModel open(ModelId model) {
        ModelDescription description = new ModelDescription(model, Task.OBJECT_DETECTION,
                List.of("bolt", "nut", "washer", "gear", "scratch"), ImageSize.UNKNOWN, "", Duration.ZERO);
        return new OpenModel() {
            @Override
            public ModelDescription description() {
                return description;
            }

            @Override
            public void close() {
                // nothing is held
            }
        };
    }

    @Override
    public CompletionStage<List<Inference>> infer(ModelId model, List<ImageSource> images, InferenceOptions options) {
        return CompletableFuture.supplyAsync(() -> {
            images.forEach(script);
            return images.stream().<Inference>map(image ->
                    new Detections(InferenceInfo.of("", 0, new ImageSize(8, 8)), List.of())).toList();
        }, Runnable::run);
    }

    @Override
    public void close() {
        // nothing is held
    }
}
