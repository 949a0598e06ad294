package io.github.camelroboflow.embedded.decode;

import io.github.camelroboflow.embedded.decode.BoxDetails.OrientedBox;
import io.github.camelroboflow.embedded.decode.BoxDetails.PoseDetails;
import io.github.camelroboflow.embedded.decode.BoxDetails.PrototypeMasks;
import io.github.camelroboflow.embedded.decode.BoxLayout.ColumnLayout;
import io.github.camelroboflow.embedded.decode.BoxLayout.EndToEndLayout;
import io.github.camelroboflow.embedded.decode.BoxLayout.QueryLayout;
import io.github.camelroboflow.embedded.decode.BoxLayout.RowLayout;
import io.github.camelroboflow.embedded.decode.BoxLayout.SplitLayout;
import io.github.camelroboflow.embedded.decode.BoxLayout.TransposedLayout;
import io.github.camelroboflow.embedded.decode.BoxLayout.YoloxLayout;
import io.github.camelroboflow.embedded.decode.ModelFamilies.Claim;
import io.github.camelroboflow.embedded.decode.ModelFamilies.ClassMismatch;
import io.github.camelroboflow.embedded.decode.ModelFamilies.ModelFamily;
import io.github.camelroboflow.embedded.decode.ModelFamilies.ModelTraits;
import io.github.camelroboflow.inference.Task;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The families of models that find boxes, other than RF-DETR. Besides the output of the boxes there may be one of prototypes, and
 * others that only training uses.
 */
final class BoxFamilies {

    static final List<ModelFamily> ALL = List.of(
            ModelFamily.of("two outputs [1, anchors, 4] and [1, anchors, classes], as YOLO-NAS is exported", "yolo-nas",
                    BoxFamilies::claimSplit, BoxFamilies::split),
            ModelFamily.of("[1, boxes, 6 + extras], as YOLOv10, YOLO26 and exports with NMS inside are", "yolov10",
                    BoxFamilies::claimEndToEnd, BoxFamilies::endToEnd),
            ModelFamily.of("[1, 4 + classes + extras, anchors], as YOLOv8, 9, 11 and 12 are, or the same transposed", "yolov8",
                    BoxFamilies::claimAnchorFree, BoxFamilies::anchorFree),
            ModelFamily.of("[1, anchors, 5 + classes + extras], as YOLOv5, 6 and 7 are (extras: none, as many as a second output"
                    + " [1, masks, height, width] has masks, or 3 for each keypoint)", "yolov5",
                    BoxFamilies::claimObjectness, BoxFamilies::objectness),
            ModelFamily.of("[1, anchors, 5 + classes] with one anchor in each cell, as YOLOX is", "yolox",
                    BoxFamilies::claimYolox, BoxFamilies::yolox),
            ModelFamily.of("[1, queries, 4 + classes], as Ultralytics exports RT-DETR", "rtdetr",
                    BoxFamilies::claimRtDetr, BoxFamilies::rtDetr),
            ModelFamily.of("logits [1, queries, classes] and pred_boxes [1, queries, 4], as Transformers' RT-DETR is exported",
                    "rt_detr", BoxFamilies::claimTransformers, BoxFamilies::transformers));

    /** The types with an objectness for each box, but not those of the package ultralytics. */
    private static final String OBJECTNESS = "(?!yolo.*u$)yolo(v?[34567](?!\\d)|r).*";
    private static final String ANCHOR_FREE = "yolo(v?(8|9|11|12|13)).*|yolov?[35]\\w*u";
    private static final String END_TO_END = "yolov?(10|26).*";
    private static final String SPLIT = "yolonas.*";
    private static final String YOLOX = "yolox.*";
    private static final List<List<Integer>> YOLOX_STRIDES = List.of(List.of(8, 16, 32), List.of(8, 16, 32, 64));
    private static final String RT_DETR = "(rtdetr|dfine|deim).*";
    private static final String OTHERS = "(rfdetr|detr|deformabledetr|conditionaldetr|yolos|vit|resnet|dinov|deeplab).*";
    /** The name of Ultralytics' task of oriented boxes, and the end of its models' names. */
    private static final String ORIENTED = "obb";
    private static final Pattern RAW_MASKS = Pattern.compile("yolo(v5|v7|26).*");

    /** The greatest number of boxes that nets usually keep, which may be that of a grid by chance. */
    private static final int MOST_KEPT = 1000;

    private BoxFamilies() {
    }

    private static Claim claim(ModelTraits traits, String own, String... others) {
        return traits.isType(own) ? Claim.DECLARED
                : traits.isType(String.join("|", others)) || traits.isType(OTHERS) ? Claim.EXCLUDED : Claim.POSSIBLE;
    }

    private static Claim claimSplit(ModelTraits traits) {
        return claim(traits, SPLIT, OBJECTNESS, ANCHOR_FREE, END_TO_END, YOLOX, RT_DETR);
    }

    private static Optional<OutputDecoder> split(ModelTraits traits) {
        long[] boxes = traits.shape(0);
        long[] scores = traits.shape(1);
        boolean named = traits.isType(SPLIT);
        if (!traits.mayBe(Task.OBJECT_DETECTION) || traits.outputs().size() != 2 || boxes.length != 3 || scores.length != 3
                || boxes[2] != 4 || boxes[1] != scores[1] || !named && AnchorGrid.of(traits.inputSize(), boxes[1], 1).isEmpty()) {
            return Optional.empty();
        }
        if (scores[2] != traits.classNames().size()) {
            throw new ClassMismatch(traits, scores[2]);
        }
        return Optional.of(new YoloDecoder(traits, new SplitLayout(), BoxDetails.NONE));
    }

    /** Returns whether a net of any type is declared to suppress overlapping boxes itself. */
    private static boolean suppresses(ModelTraits traits) {
        return traits.declaration().fused() || traits.weights().endToEnd().orElse(false);
    }

    private static Claim claimEndToEnd(ModelTraits traits) {
        Optional<Boolean> declared = traits.weights().endToEnd();
        if (suppresses(traits)) {
            return Claim.DECLARED;
        }
        return declared.isPresent() ? Claim.EXCLUDED : claim(traits, END_TO_END, RT_DETR);
    }

    private static Optional<OutputDecoder> endToEnd(ModelTraits traits) {
        int output = boxesOutput(traits);
        if (output < 0 || claimEndToEnd(traits) != Claim.DECLARED && hasGrid(traits, traits.shape(output))) {
            return Optional.empty();
        }
        int classes = traits.classNames().size();
        return details(traits, traits.shape(output)[2] - 6, true)
                .map(details -> new YoloDecoder(traits, new EndToEndLayout(output, classes, isOriented(traits)), details));
    }

    /** Returns whether the boxes are as many as the anchors of grids, and it is no chance. */
    private static boolean hasGrid(ModelTraits traits, long[] shape) {
        boolean kept = shape[1] <= MOST_KEPT && shape[1] % 100 == 0;
        return !AnchorGrid.of(traits.inputSize(), shape[2], 1).isEmpty()
                || !kept && !AnchorGrid.of(traits.inputSize(), shape[1], AnchorGrid.MOST_PER_CELL).isEmpty();
    }

    private static Claim claimAnchorFree(ModelTraits traits) {
        boolean own = traits.weights().ultralytics() && traits.isType(OBJECTNESS);
        return suppresses(traits) ? Claim.POSSIBLE : own ? Claim.DECLARED
                : claim(traits, ANCHOR_FREE, OBJECTNESS, SPLIT, YOLOX, RT_DETR);
    }

    private static Optional<OutputDecoder> anchorFree(ModelTraits traits) {
        int output = boxesOutput(traits);
        int classes = traits.classNames().size();
        if (output < 0) {
            return Optional.empty();
        }
        long[] shape = traits.shape(output);
        boolean transposed = !AnchorGrid.of(traits.inputSize(), shape[1], 1).isEmpty() && shape[1] > shape[2];
        long columns = transposed ? shape[2] : shape[1];
        Optional<BoxDetails> details = details(traits, columns - 4 - classes, false);
        if (details.isEmpty() && (transposed || !AnchorGrid.of(traits.inputSize(), shape[2], 1).isEmpty())) {
            rejectOtherClasses(traits, columns - 4);
        }
        BoxLayout layout = transposed ? new TransposedLayout(output, classes) : new ColumnLayout(output, classes);
        return details.map(found -> new YoloDecoder(traits, layout, found));
    }

    private static Claim claimObjectness(ModelTraits traits) {
        if (traits.weights().ultralytics() || suppresses(traits)) {
            return Claim.EXCLUDED;
        }
        // YOLOv6 alone calls its output so
        boolean named = traits.declaration().type().isEmpty() && traits.outputs().keySet().contains("outputs");
        return named ? Claim.DECLARED : claim(traits, OBJECTNESS, ANCHOR_FREE, END_TO_END, SPLIT, YOLOX, RT_DETR);
    }

    private static Optional<OutputDecoder> objectness(ModelTraits traits) {
        int output = boxesOutput(traits);
        int classes = traits.classNames().size();
        if (output < 0 || isOriented(traits)) {
            return Optional.empty();
        }
        boolean grid = !AnchorGrid.of(traits.inputSize(), traits.shape(output)[1], AnchorGrid.MOST_PER_CELL).isEmpty();
        if (!grid && !traits.isType(OBJECTNESS)) {
            return Optional.empty();
        }
        Optional<BoxDetails> details = details(traits, traits.shape(output)[2] - 5 - classes, true);
        if (details.isEmpty() && grid) {
            rejectOtherClasses(traits, traits.shape(output)[2] - 5);
        }
        return details.map(found -> new YoloDecoder(traits, new RowLayout(output, classes), found));
    }

    private static Claim claimYolox(ModelTraits traits) {
        boolean described = traits.declaration().packaged() || traits.weights().ultralytics();
        // YOLOX's exporter calls its output so
        boolean named = traits.declaration().type().isEmpty() && traits.outputs().keySet().contains("output");
        return traits.isType(YOLOX) ? Claim.DECLARED : described ? Claim.EXCLUDED
                : named ? Claim.DECLARED
                : claim(traits, YOLOX, OBJECTNESS, ANCHOR_FREE, END_TO_END, SPLIT, RT_DETR);
    }

    private static Optional<OutputDecoder> yolox(ModelTraits traits) {
        if (!traits.singleOutput(3) || !traits.mayBe(Task.OBJECT_DETECTION)) {
            return Optional.empty();
        }
        Optional<AnchorGrid> grid = AnchorGrid.of(traits.inputSize(), traits.shape(0)[1], 1).stream()
                .filter(found -> YOLOX_STRIDES.contains(found.strides())).findFirst();
        long classes = traits.shape(0)[2] - 5;
        if (grid.isPresent() && classes > 0 && classes != traits.classNames().size()) {
            throw new ClassMismatch(traits, classes);
        }
        return grid.map(found -> new YoloDecoder(traits, new YoloxLayout(traits.inputSize(), found, (int) classes),
                BoxDetails.NONE));
    }

    private static Claim claimRtDetr(ModelTraits traits) {
        boolean other = traits.declaration().packaged() && traits.declaration().type().isEmpty()
                || traits.weights().endToEnd().orElse(false);
        return other ? Claim.EXCLUDED : claim(traits, RT_DETR, "yolo.*");
    }

    private static Optional<OutputDecoder> rtDetr(ModelTraits traits) {
        boolean grid = traits.singleOutput(3) && !AnchorGrid.of(traits.inputSize(), traits.shape(0)[1], 1).isEmpty();
        boolean declared = traits.isType(RT_DETR);
        if (!traits.singleOutput(3) || traits.shape(0)[1] < 0 || !traits.mayBe(Task.OBJECT_DETECTION)
                || !declared && (grid || traits.shape(0)[1] > MOST_KEPT)) {
            return Optional.empty();
        }
        int classes = traits.classNames().size();
        if (declared && traits.shape(0)[2] > 4 && traits.shape(0)[2] != 4 + classes) {
            throw new ClassMismatch(traits, traits.shape(0)[2] - 4);
        }
        return traits.shape(0)[2] != 4 + classes ? Optional.empty()
                : Optional.of(new YoloDecoder(traits, new QueryLayout(traits.inputSize(), 0, 0, classes), BoxDetails.NONE));
    }

    private static Claim claimTransformers(ModelTraits traits) {
        boolean named = traits.outputs().keySet().containsAll(List.of("logits", "pred_boxes"));
        return !named ? Claim.EXCLUDED : claim(traits, RT_DETR + "|", "yolo.*");
    }

    private static Optional<OutputDecoder> transformers(ModelTraits traits) {
        List<String> names = List.copyOf(traits.outputs().keySet());
        int logits = names.indexOf("logits");
        int boxes = names.indexOf("pred_boxes");
        long[] shape = traits.shape(logits);
        if (shape.length != 3 || traits.shape(boxes).length != 3 || traits.shape(boxes)[2] != 4
                || traits.shape(boxes)[1] != shape[1] || !traits.mayBe(Task.OBJECT_DETECTION)) {
            return Optional.empty();
        }
        int classes = traits.classNames().size();
        if (shape[2] == classes + 1) {
            throw new IllegalArgumentException("its outputs " + traits.shapes() + " have a logit more than there are class names,"
                    + " as those of DETR and YOLOS for no object, and of such models only RT-DETR is supported, with a logit for"
                    + " each class: if it is RT-DETR, give it the class_names.txt that belongs to it, with " + shape[2] + " lines");
        }
        if (shape[2] != classes) {
            throw new ClassMismatch(traits, shape[2]);
        }
        return Optional.of(new YoloDecoder(traits, new QueryLayout(traits.inputSize(), boxes, logits, classes), BoxDetails.NONE));
    }

    /** Returns the index of the only output with three dimensions, or -1. */
    private static int boxesOutput(ModelTraits traits) {
        return onlyOutput(traits, 3);
    }

    private static int onlyOutput(ModelTraits traits, int dimensions) {
        int found = -1;
        for (int i = 0; i < traits.outputs().size(); i++) {
            if (traits.shape(i).length == dimensions && traits.shape(i)[0] == 1) {
                if (found >= 0) {
                    return -1;
                }
                found = i;
            }
        }
        return found;
    }

    /** Returns the details that so many numbers after a box's scores stand for; empty if they are unknown. */
    private static Optional<BoxDetails> details(ModelTraits traits, long extras, boolean rawMasks) {
        int prototypes = onlyOutput(traits, 4);
        if (isOriented(traits)) {
            return extras == 1 && prototypes < 0 ? Optional.of(new OrientedBox()) : Optional.empty();
        }
        if (extras == 0 && prototypes < 0 && traits.mayBe(Task.OBJECT_DETECTION)) {
            return Optional.of(BoxDetails.NONE);
        }
        if (extras > 0 && prototypes >= 0 && extras == traits.shape(prototypes)[1] && traits.mayBe(Task.INSTANCE_SEGMENTATION)) {
            String type = traits.declaration().type();
            boolean raw = type.isEmpty() ? rawMasks : RAW_MASKS.matcher(type).matches();
            return Optional.of(new PrototypeMasks(prototypes, (int) extras, !raw));
        }
        if (extras > 0 && extras % 3 == 0 && prototypes < 0 && hasKeypoints(traits, extras / 3)) {
            return Optional.of(new PoseDetails((int) extras / 3, traits.declaration().keypoints()));
        }
        return Optional.empty();
    }

    /** Returns whether the boxes are declared to be oriented, as Ultralytics declares them. */
    private static boolean isOriented(ModelTraits traits) {
        String task = traits.declaration().task();
        return task.equals(ORIENTED) || traits.isType(".*" + ORIENTED) && (task.isEmpty() || traits.mayBe(Task.OBJECT_DETECTION));
    }

    private static boolean hasKeypoints(ModelTraits traits, long slots) {
        List<Integer> shape = traits.weights().keypointShape();
        boolean declared = traits.declaration().keypoints().known() || !shape.isEmpty()
                || traits.declaration().task().equals(Task.KEYPOINT_DETECTION.toString());
        return declared && (shape.isEmpty() || shape.get(0) == slots) && traits.mayBe(Task.KEYPOINT_DETECTION);
    }

    /** @param others number of values of a candidate besides its box: its classes, and coefficients if there are prototypes */
    private static void rejectOtherClasses(ModelTraits traits, long others) {
        int prototypes = onlyOutput(traits, 4);
        if (isOriented(traits) && others > 1 && prototypes < 0) {
            throw new ClassMismatch(traits, others - 1);
        }
        List<Integer> keypoints = traits.weights().keypointShape();
        if (!keypoints.isEmpty() && others > 3L * keypoints.get(0) && prototypes < 0 && traits.mayBe(Task.KEYPOINT_DETECTION)) {
            throw new ClassMismatch(traits, others - 3L * keypoints.get(0));
        }
        boolean detection = prototypes < 0 && traits.outputs().size() == 1 && traits.mayBe(Task.OBJECT_DETECTION);
        long classes = prototypes < 0 ? others : others - traits.shape(prototypes)[1];
        if (classes > 0 && (detection || prototypes >= 0 && traits.mayBe(Task.INSTANCE_SEGMENTATION))) {
            throw new ClassMismatch(traits, classes);
        }
    }

    /**
     * The grids of a net's anchors: one grid for each stride, with so many anchors in each cell. The anchors of the smallest
     * stride come first, row by row.
     *
     * @param strides input pixels for one cell, ascending
     * @param perCell anchors in each cell
     */
    record AnchorGrid(List<Integer> strides, int perCell) {

        static final int MOST_PER_CELL = 4;

        /** The strides of feature maps, from P2 to P6. */
        private static final int[] STRIDES = {4, 8, 16, 32, 64};
        private static final List<Integer> USUAL = List.of(8, 16, 32);

        /** All sets of two to four of these strides, the usual one first, then those without a gap. */
        private static final List<List<Integer>> SETS = IntStream.range(1, 1 << STRIDES.length)
                .filter(bits -> Integer.bitCount(bits) >= 2 && Integer.bitCount(bits) <= 4)
                .mapToObj(bits -> IntStream.range(0, STRIDES.length).filter(i -> (bits >> i & 1) == 1).mapToObj(i -> STRIDES[i])
                        .toList())
                .sorted(Comparator.comparing((List<Integer> set) -> !set.equals(USUAL)).thenComparing(AnchorGrid::hasGap)).toList();

        private static boolean hasGap(List<Integer> strides) {
            return strides.get(strides.size() - 1) / strides.get(0) != 1 << strides.size() - 1;
        }

        /**
         * Returns all grids with that number of anchors for an input of that size, the most usual first.
         *
         * @param mostPerCell greatest number of anchors in a cell
         */
        static List<AnchorGrid> of(ImageSize input, long anchors, int mostPerCell) {
            List<AnchorGrid> found = new ArrayList<>();
            for (List<Integer> strides : SETS) {
                long cells = strides.stream().mapToLong(stride -> cells(input, stride)).sum();
                if (anchors > 0 && anchors % cells == 0 && anchors / cells <= mostPerCell) {
                    found.add(new AnchorGrid(strides, (int) (anchors / cells)));
                }
            }
            return found;
        }

        private static long cells(ImageSize input, int stride) {
            return (long) columns(input, stride) * rows(input, stride);
        }

        static int columns(ImageSize input, int stride) {
            return (input.width() + stride - 1) / stride;
        }

        static int rows(ImageSize input, int stride) {
            return (input.height() + stride - 1) / stride;
        }
    }
}
