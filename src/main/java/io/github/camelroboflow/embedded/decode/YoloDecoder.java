package io.github.camelroboflow.embedded.decode;

import static io.github.camelroboflow.inference.InferenceOption.CLASSES;
import static io.github.camelroboflow.inference.InferenceOption.CLASS_AGNOSTIC_NMS;
import static io.github.camelroboflow.inference.InferenceOption.CONFIDENCE;
import static io.github.camelroboflow.inference.InferenceOption.MAX_DETECTIONS;
import static io.github.camelroboflow.inference.InferenceOption.OVERLAP;

import io.github.camelroboflow.embedded.decode.BoxDetails.PoseDetails;
import io.github.camelroboflow.embedded.decode.BoxDetails.PrototypeMasks;
import io.github.camelroboflow.embedded.decode.BoxLayout.ColumnLayout;
import io.github.camelroboflow.embedded.decode.BoxLayout.EndToEndLayout;
import io.github.camelroboflow.embedded.decode.BoxLayout.RowLayout;
import io.github.camelroboflow.embedded.decode.BoxLayout.SplitLayout;
import io.github.camelroboflow.embedded.decode.ModelFamilies.ModelFamily;
import io.github.camelroboflow.embedded.decode.ModelFamilies.ModelTraits;
import io.github.camelroboflow.embedded.decode.NonMaximumSuppression.Candidates;
import io.github.camelroboflow.embedded.decode.OutputDecoder.RandomIds;
import io.github.camelroboflow.embedded.model.ModelDeclaration;
import io.github.camelroboflow.embedded.preprocessing.Placement;
import io.github.camelroboflow.embedded.session.FloatTensor;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.Task;
import io.github.camelroboflow.inference.geometry.Box;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The decoder for boxes of all YOLO families, with their details. Order and arithmetic are those of Roboflow inference, engine N:
 * threshold, suppression, {@code maxDetections}, classes, and then the expensive details.
 */
final class YoloDecoder implements OutputDecoder {

    private final List<String> classNames;
    private final BoxLayout layout;
    private final BoxDetails details;

    YoloDecoder(List<String> classNames, BoxLayout layout, BoxDetails details) {
        this.classNames = classNames;
        this.layout = layout;
        this.details = details;
    }

    @Override
    public Task task() {
        return details.task();
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public Detections decode(List<FloatTensor> outputs, Placement placement, InferenceOptions options,
            Supplier<InferenceInfo> info) {
        Candidates candidates = layout.candidates(outputs, options.get(CONFIDENCE).floatValue());
        int[] kept = layout.endToEnd() ? NonMaximumSuppression.best(candidates, options.get(MAX_DETECTIONS))
                : NonMaximumSuppression
                .keep(candidates, options.get(OVERLAP), options.get(MAX_DETECTIONS), options.get(CLASS_AGNOSTIC_NMS));
        BoxDetails.Reader reader = details.reader(outputs, placement, options);
        float[] extras = new float[details.extras()];
        List<Detection> detections = new ArrayList<>();
        for (int i : kept) {
            String name = classNames.get(candidates.classId(i));
            if (options.get(CLASSES).isEmpty() || options.get(CLASSES).contains(name)) {
                Box box = placement.toImage(candidates.x1(i), candidates.y1(i), candidates.x2(i), candidates.y2(i));
                if (extras.length > 0) {
                    layout.extras(outputs, candidates.row(i), extras);
                }
                detections.add(reader
                        .complete(Detection.of(box, candidates.score(i), name, candidates.classId(i), RandomIds.random()),
                        candidates, i, extras));
            }
        }
        return new Detections(info.get(), detections);
    }

    /**
     * The YOLO families. The shapes of the outputs decide, and the declaration of the package where they are ambiguous. Besides the
     * output of the boxes there may be one of prototypes, and others that only training uses.
     */
    static final class YoloFamilies {

        static final List<ModelFamily> ALL = List.of(
                ModelFamily
                .of("two outputs [1, anchors, 4] and [1, anchors, classes], as YOLO-NAS is exported", YoloFamilies::split),
                ModelFamily
                .of("[1, boxes, 6 + extras], as YOLOv10, YOLO26 and exports with NMS inside are", YoloFamilies::endToEnd),
                ModelFamily.of("[1, 4 + classes + extras, anchors], as YOLOv8, 9, 11 and 12 are", YoloFamilies::columns),
                ModelFamily.of("[1, anchors, 5 + classes + extras], as YOLOv5 and 7 are (extras: none, as many as a second output"
                        + " [1, masks, height, width] has masks, or 3 for each keypoint)", YoloFamilies::rows));

        private static final Pattern WITH_OBJECTNESS = Pattern.compile("yolov?[57].*");
        private static final Pattern END_TO_END = Pattern.compile("yolo(v10|26).*");
        private static final Pattern RAW_MASKS = Pattern.compile("yolo(v5|v7|26).*");

        private YoloFamilies() {
        }

        private static Optional<OutputDecoder> split(ModelTraits traits) {
            long[] boxes = traits.shape(0);
            long[] scores = traits.shape(1);
            if (!traits.mayBe(Task.OBJECT_DETECTION) || traits.outputs().size() != 2 || boxes.length != 3 || scores.length != 3
                    || boxes[2] != 4 || boxes[1] != scores[1]) {
                return Optional.empty();
            }
            if (scores[2] != traits.classNames().size()) {
                throw mismatch(traits, scores[2]);
            }
            return Optional.of(new YoloDecoder(traits.classNames(), new SplitLayout(), BoxDetails.NONE));
        }

        private static Optional<OutputDecoder> endToEnd(ModelTraits traits) {
            int output = boxesOutput(traits);
            if (output < 0 || hasObjectness(traits, output) || isGrid(traits, traits.shape(output)[2], 1)) {
                return Optional.empty();
            }
            int classes = traits.classNames().size();
            return details(traits, traits.shape(output)[2] - 6, true)
                    .map(details -> new YoloDecoder(traits.classNames(), new EndToEndLayout(output, classes), details));
        }

        /** Returns whether the boxes have an objectness. With a single class, YOLOv5 has as many columns as an end-to-end net. */
        private static boolean hasObjectness(ModelTraits traits, int output) {
            ModelDeclaration declared = traits.declaration();
            if (declared.fused() || END_TO_END.matcher(declared.type()).matches()) {
                return false;
            }
            return WITH_OBJECTNESS.matcher(declared.type()).matches()
                    || traits.classNames().size() == 1 && isGrid(traits, traits.shape(output)[1], 3);
        }

        /** Returns whether there are so many anchors for each cell of grids with steps of 8, 16, 32, and possibly 64 pixels. */
        private static boolean isGrid(ModelTraits traits, long anchors, int perCell) {
            long area = traits.inputSize().area();
            long cells = area / 64 + area / 256 + area / 1024;
            return anchors == perCell * cells || anchors == perCell * (cells + area / 4096);
        }

        private static Optional<OutputDecoder> columns(ModelTraits traits) {
            int output = boxesOutput(traits);
            int classes = traits.classNames().size();
            if (output < 0 || WITH_OBJECTNESS.matcher(traits.declaration().type()).matches()) {
                return Optional.empty();
            }
            Optional<BoxDetails> details = details(traits, traits.shape(output)[1] - 4 - classes, false);
            if (details.isEmpty() && traits.shape(output)[1] < traits.shape(output)[2]) {
                rejectOtherClasses(traits, traits.shape(output)[1] - 4);
            }
            return details.map(found -> new YoloDecoder(traits.classNames(), new ColumnLayout(output, classes), found));
        }

        private static Optional<OutputDecoder> rows(ModelTraits traits) {
            int output = boxesOutput(traits);
            int classes = traits.classNames().size();
            if (output < 0) {
                return Optional.empty();
            }
            Optional<BoxDetails> details = details(traits, traits.shape(output)[2] - 5 - classes, true);
            if (details.isEmpty()) {
                rejectOtherClasses(traits, traits.shape(output)[2] - 5);
            }
            return details.map(found -> new YoloDecoder(traits.classNames(), new RowLayout(output, classes), found));
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
            boolean keypoints = traits.declaration().keypoints().known()
                    || traits.declaration().task().equals(Task.KEYPOINT_DETECTION.toString());
            if (extras == 0 && prototypes < 0 && traits.mayBe(Task.OBJECT_DETECTION)) {
                return Optional.of(BoxDetails.NONE);
            }
            if (extras > 0 && prototypes >= 0 && extras == traits.shape(prototypes)[1] && traits
                    .mayBe(Task.INSTANCE_SEGMENTATION)) {
                String type = traits.declaration().type();
                boolean raw = type.isEmpty() ? rawMasks : RAW_MASKS.matcher(type).matches();
                return Optional.of(new PrototypeMasks(prototypes, (int) extras, !raw));
            }
            if (extras > 0 && extras % 3 == 0 && prototypes < 0 && keypoints && traits.mayBe(Task.KEYPOINT_DETECTION)) {
                return Optional.of(new PoseDetails((int) extras / 3, traits.declaration().keypoints()));
            }
            return Optional.empty();
        }

        /** @param others number of values of a candidate besides its box: its classes, and coefficients if there are prototypes */
        private static void rejectOtherClasses(ModelTraits traits, long others) {
            int prototypes = onlyOutput(traits, 4);
            boolean detection = prototypes < 0 && traits.outputs().size() == 1 && traits.mayBe(Task.OBJECT_DETECTION);
            long classes = prototypes < 0 ? others : others - traits.shape(prototypes)[1];
            if (classes > 0 && (detection || prototypes >= 0 && traits.mayBe(Task.INSTANCE_SEGMENTATION))) {
                throw mismatch(traits, classes);
            }
        }

        private static IllegalArgumentException mismatch(ModelTraits traits, long classes) {
            return new IllegalArgumentException("its output " + traits.shapes() + " is made for " + classes
                    + " classes, but there are "
                    + traits.classNames().size() + " class names: give it the class_names.txt that belongs to it");
        }
    }
}
