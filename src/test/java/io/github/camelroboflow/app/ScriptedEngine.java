package io.github.camelroboflow.app;

import io.github.camelroboflow.inference.Box;
import io.github.camelroboflow.inference.Detection;
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
import java.util.function.Function;

/** An engine that does in place of a model what a test wants: waits, fails, or finds something, and otherwise nothing. */
public final class ScriptedEngine implements InferenceEngine {

    private final Consumer<ImageSource> script;
    private final Function<ImageSource, List<Detection>> findings;

    /** @param script is given each image; what it throws is the engine's answer */
    public ScriptedEngine(Consumer<ImageSource> script) {
        this(script, image -> List.of());
    }

    private ScriptedEngine(Consumer<ImageSource> script, Function<ImageSource, List<Detection>> findings) {
        this.script = script;
        this.findings = findings;
    }

    /** Finds these in every image. */
    public static ScriptedEngine finding(Detection... found) {
        return finding(image -> List.of(found));
    }

    static ScriptedEngine finding(Function<ImageSource, List<Detection>> findings) {
        return new ScriptedEngine(image -> { }, findings);
    }

    /** Something of this class whose box has its upper left corner there and is 2 by 2 pixels. */
    public static Detection at(double x, double y, String className) {
        return Detection.of(new Box(x, y, x + 2, y + 2), 0.9, className, 0, "");
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
                    new Detections(InferenceInfo.of("", 0, new ImageSize(8, 8)), findings.apply(image))).toList();
        }, Runnable::run);
    }

    @Override
    public void close() {
        // nothing is held
    }
}
