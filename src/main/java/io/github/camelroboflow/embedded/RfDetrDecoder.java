package io.github.camelroboflow.embedded;

import io.github.camelroboflow.inference.Box;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.ImageSize;
import io.github.camelroboflow.inference.InferenceInfo;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.Task;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * RF-DETR: for each of Q queries a box (centre, width and height, 0 to 1 of the input) and C' class logits, and with masks h x w
 * logits. Of all Q * C' scores the Q highest count, so that one query can give several classes; nothing suppresses overlapping
 * boxes, and {@code maxDetections} has no effect (Roboflow inference, engine N).
 */
final class RfDetrDecoder implements OutputDecoder {

    /** Stands for a logit that is no class of a result's. */
    static final int NO_CLASS = -1;

    private final List<String> classNames;
    private final int[] classIds;
    private final int boxes;
    private final int labels;
    private final int masks;

    /**
     * @param classIds the result's class id for each of the C' logits, or {@link #NO_CLASS}
     * @param boxes    the index of that output
     * @param labels   the index of that output
     * @param masks    the index of that output, or -1
     */
    RfDetrDecoder(List<String> classNames, int[] classIds, int boxes, int labels, int masks) {
        this.classNames = classNames;
        this.classIds = classIds;
        this.boxes = boxes;
        this.labels = labels;
        this.masks = masks;
    }

    @Override
    public Task task() {
        return masks < 0 ? Task.OBJECT_DETECTION : Task.INSTANCE_SEGMENTATION;
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public Preprocessing defaults() {
        return Preprocessing.stretched(PixelScale.IMAGENET);
    }

    @Override
    public boolean antialiased() {
        return true;
    }

    @Override
    public Detections decode(List<FloatTensor> outputs, Placement placement, InferenceOptions options,
            Supplier<InferenceInfo> info) {
        int queries = (int) outputs.get(labels).shape()[1];
        Candidates candidates = candidates(outputs, placement.input(), (float) options.confidence());
        MaskScaler scaler = masks < 0 ? null
                : new MaskScaler(placement, (int) outputs.get(masks).shape()[3], (int) outputs.get(masks).shape()[2]);
        List<Detection> detections = new ArrayList<>();
        for (int i : NonMaximumSuppression.best(candidates, queries)) {
            int classId = classIds[candidates.classId(i)];
            if (classId == NO_CLASS || !options.classes().isEmpty() && !options.classes().contains(classNames.get(classId))) {
                continue;
            }
            Box box = placement.toImage(candidates.x1(i), candidates.y1(i), candidates.x2(i), candidates.y2(i));
            Detection detection = Detection.of(box, candidates.score(i), classNames.get(classId), classId, Ids.random());
            detections.add(scaler == null ? detection : InstanceMasks.add(detection,
                    mask(outputs.get(masks), candidates.row(i), scaler), placement.image(), options));
        }
        return new Detections(info.get(), detections);
    }

    private Candidates candidates(List<FloatTensor> outputs, ImageSize input, float threshold) {
        FloatBuffer logits = outputs.get(labels).values();
        FloatBuffer edges = outputs.get(boxes).values();
        Candidates candidates = new Candidates();
        for (int i = 0; i < outputs.get(labels).shape()[1] * classIds.length; i++) {
            float score = Sigmoid.of(logits.get(i));
            if (score > threshold) {
                int query = i / classIds.length;
                candidates.addCentred(edges.get(4 * query) * input.width(), edges.get(4 * query + 1) * input.height(),
                        edges.get(4 * query + 2) * input.width(), edges.get(4 * query + 3) * input.height(), score,
                        i % classIds.length, query);
            }
        }
        return candidates;
    }

    private static PixelMask mask(FloatTensor masks, int query, MaskScaler scaler) {
        int width = (int) masks.shape()[3];
        int height = (int) masks.shape()[2];
        Region window = scaler.window();
        float[] values = new float[window.width() * window.height()];
        for (int y = 0; y < window.height(); y++) {
            masks.values().get((query * height + window.top() + y) * width + window.left(), values, y * window.width(),
                    window.width());
        }
        return scaler.scale(window, values, 0);
    }
}
