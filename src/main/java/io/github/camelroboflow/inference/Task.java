package io.github.camelroboflow.inference;

import java.util.Arrays;
import java.util.Optional;

/** What a model does. The names are the ones that Roboflow's API uses for project types. */
public enum Task {

    OBJECT_DETECTION("object-detection"),
    INSTANCE_SEGMENTATION("instance-segmentation"),
    KEYPOINT_DETECTION("keypoint-detection"),
    CLASSIFICATION("classification"),
    MULTI_LABEL_CLASSIFICATION("multi-label-classification"),
    SEMANTIC_SEGMENTATION("semantic-segmentation");

    private final String label;

    Task(String label) {
        this.label = label;
    }

    /** The task of that name, such as {@code object-detection}. */
    public static Optional<Task> of(String label) {
        return Arrays.stream(values()).filter(task -> task.label.equals(label)).findFirst();
    }

    /** Roboflow's name, such as {@code object-detection}. */
    @Override
    public String toString() {
        return label;
    }
}
