package io.github.camelroboflow.embedded;

import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.Keypoint;
import io.github.camelroboflow.inference.Point;
import io.github.camelroboflow.inference.Task;
import java.util.ArrayList;
import java.util.List;

/**
 * Keypoints: for each of the slots x and y in input pixels, and a confidence, 0 to 1. Slots that an object's class has no keypoint
 * for are left out, and so are keypoints with a confidence below the wanted one. They may lie outside the image.
 *
 * @param slots how many keypoints the net gives with each box
 */
record PoseDetails(int slots, KeypointNames names) implements BoxDetails {

    @Override
    public Task task() {
        return Task.KEYPOINT_DETECTION;
    }

    @Override
    public int extras() {
        return 3 * slots;
    }

    @Override
    public Reader reader(List<FloatTensor> outputs, Placement placement, InferenceOptions options) {
        float threshold = (float) options.keypointConfidence();
        return (detection, candidates, index, extras) -> {
            List<Keypoint> keypoints = new ArrayList<>();
            for (int i = 0; i < names.count(detection.classId(), slots); i++) {
                if (extras[3 * i + 2] >= threshold) {
                    Point point = placement.toImage(extras[3 * i], extras[3 * i + 1]);
                    keypoints.add(new Keypoint(point.x(), point.y(), extras[3 * i + 2], names.name(detection.classId(), i), i));
                }
            }
            return detection.withKeypoints(keypoints);
        };
    }
}
