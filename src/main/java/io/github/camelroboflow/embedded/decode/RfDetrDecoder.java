package io.github.camelroboflow.embedded.decode;

import static io.github.camelroboflow.inference.InferenceOption.CLASSES;
import static io.github.camelroboflow.inference.InferenceOption.CONFIDENCE;
import static io.github.camelroboflow.inference.InferenceOption.KEYPOINT_CONFIDENCE;

import io.github.camelroboflow.embedded.decode.Activation.Sigmoid;
import io.github.camelroboflow.embedded.decode.InstanceMasks.PixelMask;
import io.github.camelroboflow.embedded.decode.ModelFamilies.Claim;
import io.github.camelroboflow.embedded.decode.ModelFamilies.ClassMismatch;
import io.github.camelroboflow.embedded.decode.ModelFamilies.ModelFamily;
import io.github.camelroboflow.embedded.decode.ModelFamilies.ModelTraits;
import io.github.camelroboflow.embedded.decode.NonMaximumSuppression.Candidates;
import io.github.camelroboflow.embedded.decode.OutputDecoder.OutputChecks;
import io.github.camelroboflow.embedded.decode.OutputDecoder.RandomIds;
import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.embedded.model.ModelDeclaration.KeypointNames;
import io.github.camelroboflow.embedded.preprocessing.Placement;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.PixelScale;
import io.github.camelroboflow.embedded.session.FloatTensor;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detection.Keypoint;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.Task;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.Box.Point;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The decoder for RF-DETR. Each of Q queries has a box (centre, width and height, 0 to 1 of the input), C' class logits and, with
 * masks, h x w logits, or the keypoints of each class. The Q highest of all Q * C' scores count, so that one query can give several
 * classes; with keypoints, all count. Nothing suppresses overlapping boxes, and {@code maxDetections} has no effect (Roboflow
 * inference, engine N).
 */
final class RfDetrDecoder implements OutputDecoder {

    /** Marks a logit that stands for no class of a result. */
    static final int NO_CLASS = -1;

    private final List<String> classNames;
    private final int[] classIds;
    private final int boxes;
    private final int labels;
    private final int masks;
    private final KeypointBlocks keypoints;
    private final OutputChecks checks;

    /**
     * @param classIds class id of the result for each of the C' logits, or {@link #NO_CLASS}
     * @param boxes    index of that output
     * @param labels   index of that output
     * @param masks    index of that output, or -1
     */
    RfDetrDecoder(List<String> classNames, int[] classIds, int boxes, int labels, int masks) {
        this(classNames, classIds, boxes, labels, masks, null, "");
    }

    /**
     * @param keypoints layout of the keypoints, or {@code null}
     * @param model     name of the model, for the log
     */
    RfDetrDecoder(List<String> classNames, int[] classIds, int boxes, int labels, int masks, KeypointBlocks keypoints,
            String model) {
        this.classNames = List.copyOf(classNames);
        this.classIds = classIds;
        this.boxes = boxes;
        this.labels = labels;
        this.masks = masks;
        this.keypoints = keypoints;
        checks = new OutputChecks(model);
    }

    @Override
    public Task task() {
        return keypoints != null ? Task.KEYPOINT_DETECTION : masks < 0 ? Task.OBJECT_DETECTION : Task.INSTANCE_SEGMENTATION;
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
        checks.boxes(candidates);
        MaskScaler scaler = masks < 0 ? null
                : new MaskScaler(placement, (int) outputs.get(masks).shape()[3], (int) outputs.get(masks).shape()[2]);
        List<Detection> detections = new ArrayList<>();
        for (int i : NonMaximumSuppression.best(candidates, keypoints != null ? candidates.size() : queries)) {
            int classId = classIds[candidates.classId(i)];
            if (classId == NO_CLASS || !options.get(CLASSES).isEmpty() && !options.get(CLASSES).contains(classNames.get(classId))) {
                continue;
            }
            Box box = placement.toImage(candidates.x1(i), candidates.y1(i), candidates.x2(i), candidates.y2(i));
            Detection detection = Detection.of(box, candidates.score(i), classNames.get(classId), classId, RandomIds.random());
            if (keypoints != null) {
                detections.add(detection.withKeypoints(keypoints
                        .read(outputs, candidates.row(i), candidates.classId(i), placement, options.get(KEYPOINT_CONFIDENCE))));
            } else {
                detections.add(scaler == null ? detection : InstanceMasks.add(detection,
                        mask(outputs.get(masks), candidates.row(i), scaler), placement.image(), options));
            }
        }
        return new Detections(info.get(), detections);
    }

    private Candidates candidates(List<FloatTensor> outputs, ImageSize input, float threshold) {
        FloatBuffer logits = outputs.get(labels).values();
        FloatBuffer edges = outputs.get(boxes).values();
        Candidates candidates = new Candidates();
        for (int i = 0; i < outputs.get(labels).shape()[1] * classIds.length; i++) {
            int query = i / classIds.length;
            float score = Sigmoid.of(logits.get(i));
            if (keypoints != null && classIds[i % classIds.length] != NO_CLASS) {
                score = keypoints.weighted(outputs, query, i % classIds.length, score);
            }
            if (Float.isNaN(score)) {
                candidates.drop();
            } else if (score > threshold) {
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

    /**
     * The keypoints of RF-DETR, {@code [1, Q, slots, 8]}: for each query a block of slots for each class, as long as that of the
     * class with the most keypoints. A slot has x and y (0 to 1 of the input), the logits for a keypoint that can be found and for
     * one that is visible, three numbers of its precision (the Cholesky factor: the logarithms of both diagonal elements, and the
     * other element between them), and a part of the class's logit (rf-detr, {@code models/heads/keypoints.py}).
     *
     * @param output index of the output
     * @param perClass number of slots of a block
     * @param nameIds class id in the names for each of the C' logits
     */
    record KeypointBlocks(int output, int perClass, int[] nameIds, KeypointNames names) {

        static final int NUMBERS = 8;

        /** The exponent with which the precision counts (Roboflow inference, engine N). */
        private static final double WEIGHT = -0.2;
        private static final double TINY = 1e-12;

        /**
         * Returns the score of a box, weighted by how precisely its keypoints are located: by the mean of their variances, each as
         * likely as the keypoint can be found (Roboflow inference, engine N).
         */
        float weighted(List<FloatTensor> outputs, int query, int logit, float score) {
            FloatBuffer values = outputs.get(output).values();
            double sum = 0;
            double weights = 0;
            for (int i = 0; i < perClass; i++) {
                int at = at(outputs, query, logit, i);
                double weight = Math.max(TINY, Sigmoid.of(values.get(at + 2)));
                double first = Math.exp(-2.0 * values.get(at + 4));
                double second = Math.exp(-2.0 * values.get(at + 6));
                double slant = Math.max(TINY, Math.abs(values.get(at + 5)));
                sum += weight * (first + second + slant * slant * first * second);
                weights += weight;
            }
            double weighted = score * Math.pow(sum / weights, WEIGHT);
            return (float) (Double.isInfinite(weighted) ? 1 : weighted / (1 + weighted));
        }

        /** Returns the keypoints of a box that can be found, within the image. */
        List<Keypoint> read(List<FloatTensor> outputs, int query, int logit, Placement placement, double threshold) {
            FloatBuffer values = outputs.get(output).values();
            List<Keypoint> keypoints = new ArrayList<>();
            for (int i = 0; i < names.count(nameIds[logit], perClass); i++) {
                int at = at(outputs, query, logit, i);
                float confidence = Sigmoid.of(values.get(at + 2));
                float x = values.get(at) * placement.input().width();
                float y = values.get(at + 1) * placement.input().height();
                if (confidence >= (float) threshold && Float.isFinite(x) && Float.isFinite(y)) {
                    Point point = placement.toImage(x, y);
                    keypoints.add(new Keypoint(Math.max(0, Math.min(placement.image().width(), point.x())),
                            Math.max(0, Math.min(placement.image().height(), point.y())), confidence,
                            names.name(nameIds[logit], i), i));
                }
            }
            return keypoints;
        }

        private int at(List<FloatTensor> outputs, int query, int logit, int keypoint) {
            int slots = (int) outputs.get(output).shape()[2];
            return NUMBERS * (query * slots + logit * perClass + keypoint);
        }
    }

    /** RF-DETR for detection, for instance segmentation and for keypoints, recognized by its type or by its outputs' names. */
    static final class RfDetrFamily implements ModelFamily {

        /** The names of Roboflow and of rf-detr for the class of no object. */
        private static final Set<String> BACKGROUND = Set.of("background_class83422", "__background__");

        @Override
        public String description() {
            return "dets [1, queries, 4] and labels [1, queries, classes], with or without masks [1, queries, height, width] or"
                    + " keypoints [1, queries, keypoints, 8], as RF-DETR is exported";
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
            int third = names.contains("keypoints") ? names.indexOf("keypoints")
                    : names.contains("masks") ? names.indexOf("masks") : names.size() == 3 ? 2 : -1;
            boolean points = third >= 0 && hasKeypoints(traits, names.get(third), traits.shape(third));
            Task task = points ? Task.KEYPOINT_DETECTION : third >= 0 ? Task.INSTANCE_SEGMENTATION : Task.OBJECT_DETECTION;
            if (!detects(traits.shape(boxes), traits.shape(labels))
                    || third >= 0 && !(traits.shape(third).length == 4 && traits.shape(third)[1] == traits.shape(boxes)[1])
                    || points && traits.shape(third)[3] != KeypointBlocks.NUMBERS || !traits.mayBe(task)) {
                return Optional.empty();
            }
            int classes = (int) traits.shape(labels)[2];
            // one may stand for no object
            if (classes < traits.classNames().size() || classes > traits.classNames().size() + 1) {
                throw new ClassMismatch(traits, classes);
            }
            return Optional.of(points ? withKeypoints(traits, classes, boxes, labels, third)
                    : decoder(traits, classes, boxes, labels, third));
        }

        private static boolean detects(long[] boxes, long[] labels) {
            return boxes.length == 3 && labels.length == 3 && boxes[2] == 4 && boxes[1] == labels[1];
        }

        /** Returns whether the third output holds keypoints, by its name or, if it has another, by the declaration. */
        private static boolean hasKeypoints(ModelTraits traits, String name, long[] shape) {
            if (name.equals("keypoints") || name.equals("masks")) {
                return name.equals("keypoints");
            }
            return traits.declaration().task().equals(Task.KEYPOINT_DETECTION.toString()) || traits.declaration().task().isEmpty()
                    && (traits.declaration().keypoints().known() || shape.length == 4 && shape[3] == KeypointBlocks.NUMBERS);
        }

        private static RfDetrDecoder decoder(ModelTraits traits, int classes, int boxes, int labels, int masks) {
            return new RfDetrDecoder(names(traits), classIds(traits, classes), boxes, labels, masks, null, traits.model());
        }

        /** Returns the names of the classes of results. */
        private static List<String> names(ModelTraits traits) {
            Set<String> removed = removed(traits);
            return traits.classNames().stream().filter(name -> !removed.contains(name)).toList();
        }

        /** Returns the index of each logit's class in {@link #names}. */
        private static int[] classIds(ModelTraits traits, int logits) {
            Set<String> removed = removed(traits);
            int[] classIds = new int[logits];
            int next = 0;
            for (int i = 0; i < logits; i++) {
                boolean kept = i < traits.classNames().size() && !removed.contains(traits.classNames().get(i));
                classIds[i] = kept ? next++ : RfDetrDecoder.NO_CLASS;
            }
            return classIds;
        }

        private static Set<String> removed(ModelTraits traits) {
            Set<String> removed = new HashSet<>(traits.declaration().removedClasses());
            removed.addAll(BACKGROUND);
            return removed;
        }

        /**
         * Returns the decoder for keypoints. There is a block of them for each logit, or for each but the last, which stands for no
         * object (rf-detr from 1.8.2 on). If there is a block for each, and a name fewer, the logit of no object may be the first
         * (before 1.8.2) or the last; with one class, both of its logits can stand for it, since no object ever has the other.
         *
         * @throws IllegalArgumentException if their number fits no number of classes, or several
         */
        private static RfDetrDecoder withKeypoints(ModelTraits traits, int logits, int boxes, int labels, int output) {
            long slots = traits.shape(output)[2];
            int known = traits.declaration().keypoints().most();
            List<String> given = traits.classNames();
            boolean lastIsNone = given.size() < logits || removed(traits).contains(given.get(logits - 1));
            boolean all = fits(slots, logits, known);
            boolean allButLast = lastIsNone && fits(slots, logits - 1, known);
            if (given.size() == logits && all) {
                allButLast = false;
            }
            if (!all && !allButLast) {
                throw new IllegalArgumentException("its output " + traits.shapes() + " has " + slots + " keypoints for " + logits
                        + " logits, and " + given.size() + " classes" + (known > 0 ? " with up to " + known + " keypoints" : "")
                        + " don't divide them: give it the class_names.txt and the keypoints_metadata.json that belong to it");
            }
            if (all && allButLast) {
                throw new IllegalArgumentException("its output " + traits.shapes() + " can be read in two ways, and nothing"
                        + " declares which is right: " + slots / logits + " keypoints for each of " + logits + " logits, or "
                        + slots / (logits - 1) + " for each of " + (logits - 1) + " classes. Write keypoints_metadata.json with the"
                        + " names of each class's keypoints: [{\"object_class_id\": 0, \"keypoints\": {\"0\": \"...\"}}]");
            }
            if (all && given.size() < logits && given.size() > 1) {
                throw new IllegalArgumentException("its outputs " + traits.shapes() + " have a logit more than there are class"
                        + " names, and nothing declares whether the first or the last stands for no object: write"
                        + " background_class83422 as the first or the last line of class_names.txt");
            }
            boolean either = all && given.size() < logits;
            int[] nameIds = either ? new int[logits] : IntStream.range(0, logits).toArray();
            return new RfDetrDecoder(names(traits), either ? new int[logits] : classIds(traits, logits), boxes, labels, -1,
                    new KeypointBlocks(output, (int) (slots / (all ? logits : logits - 1)), nameIds,
                            traits.declaration().keypoints()), traits.model());
        }

        /** @param known number of slots of a block, or 0 */
        private static boolean fits(long slots, int blocks, int known) {
            return blocks > 0 && slots > 0 && slots % blocks == 0 && (known == 0 || slots / blocks == known);
        }
    }
}
