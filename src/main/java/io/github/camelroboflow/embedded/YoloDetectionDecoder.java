package io.github.camelroboflow.embedded;

import io.github.camelroboflow.inference.Box;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.InferenceInfo;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.Task;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Object detection as YOLOv8, 9, 11 and 12 are exported: {@code [1, 4+C, N]}, for each of N anchors the box's centre, width and
 * height in input pixels, then C class scores, 0 to 1. Order and arithmetic are those of Roboflow inference, engine N.
 */
final class YoloDetectionDecoder implements OutputDecoder {

    static final ModelFamily FAMILY = ModelFamily.of("object detection with one output [1, 4 + classes, anchors], as YOLOv8, 9, 11 and"
            + " 12 are exported", YoloDetectionDecoder::of);

    private final List<String> classNames;

    YoloDetectionDecoder(List<String> classNames) {
        this.classNames = classNames;
    }

    private static Optional<OutputDecoder> of(ModelTraits traits) {
        if (!traits.mayBe(Task.OBJECT_DETECTION) || !traits.singleOutput(3)) {
            return Optional.empty();
        }
        long rows = traits.shape(0)[1];
        long anchors = traits.shape(0)[2];
        int classes = traits.classNames().size();
        if (rows != 4 + classes) {
            if (rows < 5 || rows > anchors || anchors == 6 || anchors == 5 + classes) {
                return Optional.empty();
            }
            throw new IllegalArgumentException("its output " + traits.shapes() + " is made for " + (rows - 4) + " classes (4 + classes), but"
                    + " there are " + classes + " class names: give it the class_names.txt that belongs to it");
        }
        return Optional.of(new YoloDetectionDecoder(traits.classNames()));
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public Task task() {
        return Task.OBJECT_DETECTION;
    }

    @Override
    public Detections decode(List<FloatTensor> outputs, Placement placement, InferenceOptions options,
            Supplier<InferenceInfo> info) {
        FloatTensor output = outputs.get(0);
        Candidates candidates = candidates(output.values(), (int) output.shape()[2], (float) options.confidence());
        int[] kept = NonMaximumSuppression.keep(candidates, options.overlap(), options.maxDetections(), options.classAgnosticNms());
        List<Detection> detections = new ArrayList<>();
        for (int i : kept) {
            String name = classNames.get(candidates.classId(i));
            if (options.classes().isEmpty() || options.classes().contains(name)) {
                Box box = placement.toImage(candidates.x1(i), candidates.y1(i), candidates.x2(i), candidates.y2(i));
                detections.add(Detection.of(box, candidates.score(i), name, candidates.classId(i), Ids.random()));
            }
        }
        return new Detections(info.get(), detections);
    }

    private Candidates candidates(FloatBuffer values, int anchors, float threshold) {
        float[] best = new float[anchors];
        int[] bestClass = new int[anchors];
        Arrays.fill(best, threshold);
        Arrays.fill(bestClass, -1);
        float[] scores = new float[anchors];
        for (int classId = 0; classId < classNames.size(); classId++) {
            values.get((4 + classId) * anchors, scores);
            for (int i = 0; i < anchors; i++) {
                if (scores[i] > best[i]) {
                    best[i] = scores[i];
                    bestClass[i] = classId;
                }
            }
        }
        Candidates candidates = new Candidates();
        for (int i = 0; i < anchors; i++) {
            if (bestClass[i] >= 0) {
                float x = values.get(i);
                float y = values.get(anchors + i);
                float halfWidth = values.get(2 * anchors + i) / 2;
                float halfHeight = values.get(3 * anchors + i) / 2;
                candidates.add(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight, best[i], bestClass[i]);
            }
        }
        return candidates;
    }
}
