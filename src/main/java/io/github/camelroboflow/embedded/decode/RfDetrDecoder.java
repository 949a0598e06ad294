package io.github.camelroboflow.embedded.decode;

import static io.github.camelroboflow.inference.InferenceOption.CLASSES;
import static io.github.camelroboflow.inference.InferenceOption.CONFIDENCE;

import io.github.camelroboflow.embedded.decode.Activation.Sigmoid;
import io.github.camelroboflow.embedded.decode.InstanceMasks.PixelMask;
import io.github.camelroboflow.embedded.decode.ModelFamilies.Claim;
import io.github.camelroboflow.embedded.decode.ModelFamilies.ClassMismatch;
import io.github.camelroboflow.embedded.decode.ModelFamilies.ModelFamily;
import io.github.camelroboflow.embedded.decode.ModelFamilies.ModelTraits;
import io.github.camelroboflow.embedded.decode.NonMaximumSuppression.Candidates;
import io.github.camelroboflow.embedded.decode.OutputDecoder.RandomIds;
import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.embedded.preprocessing.Placement;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.PixelScale;
import io.github.camelroboflow.embedded.session.FloatTensor;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.Task;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The decoder for RF-DETR. Each of Q queries has a box (centre, width and height, 0 to 1 of the input), C' class logits and, with
 * masks, h x w logits. The Q highest of all Q * C' scores count, so that one query can give several classes. Nothing suppresses
 * overlapping boxes, and {@code maxDetections} has no effect (Roboflow inference, engine N).
 */
final class RfDetrDecoder implements OutputDecoder {

    /** Marks a logit that stands for no class of a result. */
    static final int NO_CLASS = -1;

    private final List<String> classNames;
    private final int[] classIds;
    private final int boxes;
    private final int labels;
    private final int masks;

    /**
     * @param classIds class id of the result for each of the C' logits, or {@link #NO_CLASS}
     * @param boxes    index of that output
     * @param labels   index of that output
     * @param masks    index of that output, or -1
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
    public Preprocessing defaultPreprocessing() {
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
        Candidates candidates = candidates(outputs, placement.input(), options.get(CONFIDENCE).floatValue());
        MaskScaler scaler = masks < 0 ? null
                : new MaskScaler(placement, (int) outputs.get(masks).shape()[3], (int) outputs.get(masks).shape()[2]);
        List<Detection> detections = new ArrayList<>();
        for (int i : NonMaximumSuppression.best(candidates, queries)) {
            int classId = classIds[candidates.classId(i)];
            if (classId == NO_CLASS || !options.get(CLASSES).isEmpty() && !options.get(CLASSES).contains(classNames.get(classId))) {
                continue;
            }
            Box box = placement.toImage(candidates.x1(i), candidates.y1(i), candidates.x2(i), candidates.y2(i));
            Detection detection = Detection.of(box, candidates.score(i), classNames.get(classId), classId, RandomIds.random());
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

    /** RF-DETR for detection and for instance segmentation, recognized by its type or by its outputs' names. */
    static final class RfDetrFamily implements ModelFamily {

        /** Roboflow's name for the class of no object. */
        private static final String BACKGROUND = "background_class83422";

        @Override
        public String description() {
            return "dets [1, queries, 4] and labels [1, queries, classes], with or without masks [1, queries, height, width], as"
                    + " RF-DETR is exported";
        }

        @Override
        public String type() {
            return "rfdetr";
        }

        @Override
        public Claim claim(ModelTraits traits) {
            return isNamed(traits) || traits.isType("rfdetr.*") ? Claim.DECLARED : Claim.EXCLUDED;
        }

        private static boolean isNamed(ModelTraits traits) {
            return traits.outputs().keySet().containsAll(Set.of("dets", "labels"));
        }

        @Override
        public Optional<OutputDecoder> decoder(ModelTraits traits) {
            boolean named = isNamed(traits);
            List<String> names = List.copyOf(traits.outputs().keySet());
            int boxes = named ? names.indexOf("dets") : 0;
            int labels = named ? names.indexOf("labels") : 1;
            int masks = names.contains("masks") ? names.indexOf("masks") : names.size() == 3 ? 2 : -1;
            if (!detects(traits.shape(boxes), traits.shape(labels))
                    || masks >= 0 && !(traits.shape(masks).length == 4 && traits.shape(masks)[1] == traits.shape(boxes)[1])
                    || !traits.mayBe(masks >= 0 ? Task.INSTANCE_SEGMENTATION : Task.OBJECT_DETECTION)) {
                return Optional.empty();
            }
            int classes = (int) traits.shape(labels)[2];
            // one may stand for no object
            if (classes < traits.classNames().size() || classes > traits.classNames().size() + 1) {
                throw new ClassMismatch(traits, classes);
            }
            return Optional.of(decoder(traits, classes, boxes, labels, masks));
        }

        private static boolean detects(long[] boxes, long[] labels) {
            return boxes.length == 3 && labels.length == 3 && boxes[2] == 4 && boxes[1] == labels[1];
        }

        private static RfDetrDecoder decoder(ModelTraits traits, int classes, int boxes, int labels, int masks) {
            Set<String> removed = new HashSet<>(traits.declaration().removedClasses());
            removed.add(BACKGROUND);
            List<String> names = new ArrayList<>();
            int[] classIds = new int[classes];
            for (int i = 0; i < classes; i++) {
                boolean kept = i < traits.classNames().size() && !removed.contains(traits.classNames().get(i));
                classIds[i] = kept ? names.size() : RfDetrDecoder.NO_CLASS;
                if (kept) {
                    names.add(traits.classNames().get(i));
                }
            }
            return new RfDetrDecoder(List.copyOf(names), classIds, boxes, labels, masks);
        }
    }
}
