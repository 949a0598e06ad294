package io.github.camelroboflow.inference;

import io.github.camelroboflow.inference.geometry.ImageSize;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What is known of an opened model.
 *
 * @param id          the model
 * @param task        what it does, or {@code null} where the engine can't know it before the first answer
 * @param classes     its class names in order of class id; empty where the engine can't know them before the first answer
 * @param inputSize   the size in pixels that images are brought to, or {@link ImageSize#UNKNOWN}
 * @param weightsHash SHA-256 of the weights in hex, or empty where they are not here
 * @param loadTime    how long it took to load
 * @param colors      the colours that its owner chose for its classes, as {@code #RRGGBB} by class name; empty if none are known
 */
public record ModelDescription(ModelId id, Task task, List<String> classes, ImageSize inputSize, String weightsHash,
                               Duration loadTime, Map<String, String> colors) {

    public ModelDescription {
        classes = List.copyOf(classes);
        colors = Map.copyOf(colors);
    }

    /** A model without colours of its own. */
    public ModelDescription(ModelId id, Task task, List<String> classes, ImageSize inputSize, String weightsHash,
                            Duration loadTime) {
        this(id, task, classes, inputSize, weightsHash, loadTime, Map.of());
    }

    /** The same model, known to do this. */
    public ModelDescription withTask(Task known) {
        return new ModelDescription(id, known, classes, inputSize, weightsHash, loadTime, colors);
    }
}
