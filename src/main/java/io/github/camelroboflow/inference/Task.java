package io.github.camelroboflow.inference;

import java.util.Arrays;
import java.util.Optional;

/** The task of a model. The names are the project types of Roboflow's API. */
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

    /** Returns the task with that name, such as {@code object-detection}. */
    public static Optional<Task> of(String label) {
        return Arrays.stream(values()).filter(task -> task.label.equals(label)).findFirst();
    }

    /** Returns Roboflow's name, such as {@code object-detection}. */
    @Override
    public String toString() {
        return label;
    }
}
