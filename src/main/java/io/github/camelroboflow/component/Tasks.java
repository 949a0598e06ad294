package io.github.camelroboflow.component;

import io.github.camelroboflow.inference.Classification;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.MultiLabelClassification;
import io.github.camelroboflow.inference.SemanticSegmentation;
import io.github.camelroboflow.inference.Task;
import java.util.Optional;

/** Tells what a model does, from what is known of it or from what it found. */
final class Tasks {

    private Tasks() {
    }

    /** Whether the result is of the image as a whole, which can't be put together from its parts'. */
    static boolean wholeImage(Task task) {
        return task == Task.CLASSIFICATION || task == Task.MULTI_LABEL_CLASSIFICATION;
    }

    /** Empty if nobody said it and nothing was found, since then boxes, masks and keypoints look the same. */
    static Optional<Task> of(Inference inference, ModelDescription model) {
        if (model.task() != null) {
            return Optional.of(model.task());
        }
        if (inference instanceof Detections detections) {
            return detections.predictions().isEmpty() ? Optional.empty() : Optional.of(of(detections.predictions().get(0)));
        }
        if (inference instanceof SemanticSegmentation) {
            return Optional.of(Task.SEMANTIC_SEGMENTATION);
        }
        if (inference instanceof Classification) {
            return Optional.of(Task.CLASSIFICATION);
        }
        return inference instanceof MultiLabelClassification ? Optional.of(Task.MULTI_LABEL_CLASSIFICATION) : Optional.empty();
    }

    private static Task of(Detection detection) {
        if (!detection.keypoints().isEmpty()) {
            return Task.KEYPOINT_DETECTION;
        }
        return detection.points().isEmpty() && detection.rle() == null ? Task.OBJECT_DETECTION : Task.INSTANCE_SEGMENTATION;
    }
}
