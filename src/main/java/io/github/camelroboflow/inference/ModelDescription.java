package io.github.camelroboflow.inference;

import java.time.Duration;
import java.util.List;

/**
 * What is known of an opened model.
 *
 * @param id          the model
 * @param task        what it does
 * @param classes     its class names in order of class id; empty where the engine can't know them before the first answer
 * @param inputSize   the size in pixels that images are brought to, or {@link ImageSize#UNKNOWN}
 * @param weightsHash SHA-256 of the weights in hex, or empty where they are not here
 * @param loadTime    how long it took to load
 */
public record ModelDescription(ModelId id, Task task, List<String> classes, ImageSize inputSize, String weightsHash,
                               Duration loadTime) {

    public ModelDescription {
        classes = List.copyOf(classes);
    }
}
