package io.github.camelroboflow.embedded;

import io.github.camelroboflow.inference.Task;
import java.util.List;

/**
 * What a model's package and weights say that it is. Anything may be missing.
 *
 * @param task           as {@link Task} writes it, or a word that it doesn't know; empty if nothing tells
 * @param type           Roboflow's name of the architecture, in lower case, such as {@code yolov8n-seg}; empty if nothing tells
 * @param postProcessing {@code nms}, {@code softmax}, {@code sigmoid}; empty if nothing tells
 * @param fused          whether that is a part of the net already
 * @param removedClasses class names that stand for no class of a result, such as RF-DETR's background
 * @param keypoints      the names of keypoints
 */
record ModelDeclaration(String task, String type, String postProcessing, boolean fused, List<String> removedClasses,
                        KeypointNames keypoints) {

    static final ModelDeclaration NONE = new ModelDeclaration("", "", "", false, List.of(), KeypointNames.UNKNOWN);

    /**
     * With the task and type of the weights where the package has none.
     *
     * @throws IllegalArgumentException if the weights have keypoints of another kind than is supported
     */
    ModelDeclaration or(WeightsMetadata weights) {
        if (!weights.keypointShape().isEmpty() && !weights.keypointShape().endsWith(" 3]")) {
            throw new IllegalArgumentException("its keypoints (kpt_shape " + weights.keypointShape()
                    + ") have no confidence: train it with three numbers for each keypoint, x, y and visibility");
        }
        return new ModelDeclaration(task.isEmpty() ? weights.task() : task, type.isEmpty() ? weights.type() : type, postProcessing,
                fused, removedClasses, keypoints);
    }

    /** Whether nothing speaks against that task. */
    boolean mayBe(Task candidate) {
        return task.isEmpty() || task.equals(candidate.toString());
    }
}
