package io.github.camelroboflow.embedded.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.camelroboflow.embedded.decode.ModelFamilies.ModelTraits;
import io.github.camelroboflow.embedded.model.ModelDeclaration;
import io.github.camelroboflow.embedded.model.ModelDeclaration.KeypointNames;
import io.github.camelroboflow.embedded.model.WeightsMetadata;
import io.github.camelroboflow.embedded.session.FloatTensor;
import io.github.camelroboflow.embedded.session.TestTensors;
import io.github.camelroboflow.inference.Task;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFamiliesTest {

    private static final List<String> NAMES = List.of("bolt", "nut", "washer");
    private static final KeypointNames ENDS = new KeypointNames(Map.of(0, List.of("head", "tip")), Map.of());

    /** @param outputs such as {@code dets=1,300,4 labels=1,300,4}, or without the names */
    private static ModelTraits traits(String outputs, String task, String type, List<String> names, KeypointNames keypoints) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        for (String output : outputs.split(" ")) {
            String[] parts = output.split("=");
            shapes.put(parts.length == 2 ? parts[0] : "output" + shapes.size(),
                    Arrays.stream(parts[parts.length - 1].split(",")).mapToLong(Long::parseLong).toArray());
        }
        return new ModelTraits(shapes, new ImageSize(640, 640), names,
                new ModelDeclaration(task, type, "", false, List.of(), keypoints, false, WeightsMetadata.NONE));
    }

    private static OutputDecoder decoder(String outputs, String task) {
        return ModelFamilies.decoder(traits(outputs, task, "", NAMES, KeypointNames.UNKNOWN));
    }

    private static OutputDecoder pose(String outputs) {
        return ModelFamilies.decoder(traits(outputs, "", "", List.of("bolt"), ENDS));
    }

    private static OutputDecoder oneClass(String outputs, String type) {
        return ModelFamilies.decoder(traits(outputs, "", type, List.of("bolt"), KeypointNames.UNKNOWN));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,7,8400", "1,25200,8", "1,300,6", "1,8400,4 1,8400,3", "dets=1,300,4 labels=1,300,4",
        "1,25200,8 1,3,80,80,8 1,3,40,40,8 1,3,20,20,8"})
    void detection(String outputs) {
        assertThat(decoder(outputs, "").task()).isEqualTo(Task.OBJECT_DETECTION);
        assertThat(decoder(outputs, "object-detection").task()).isEqualTo(Task.OBJECT_DETECTION);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,39,8400 1,32,160,160", "1,25200,40 1,32,160,160", "1,300,38 1,32,160,160",
        "1,25200,40 1,3,80,80,40 1,3,40,40,40 1,3,20,20,40 1,32,160,160", "dets=1,200,4 labels=1,200,4 masks=1,200,108,108"})
    void segmentation(String outputs) {
        assertThat(decoder(outputs, "").task()).isEqualTo(Task.INSTANCE_SEGMENTATION);
        assertThat(decoder(outputs, "instance-segmentation").task()).isEqualTo(Task.INSTANCE_SEGMENTATION);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,11,8400", "1,300,12"})
    void keypointsNeedTheirNamesOrTheTask(String outputs) {
        assertThat(pose(outputs).task()).isEqualTo(Task.KEYPOINT_DETECTION);
        assertThat(ModelFamilies.decoder(traits(outputs, "keypoint-detection", "", List.of("bolt"), KeypointNames.UNKNOWN)).task())
                .isEqualTo(Task.KEYPOINT_DETECTION);
        assertThatIllegalArgumentException().isThrownBy(() -> oneClass(outputs, "")).withMessageContaining("1 class names");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"1,25200,6 || 0", "1,300,6 || 0.9", "1,300,6 | yolov5s | 0", "1,25200,6 | yolov10n | 0.9"})
    void aSingleClassMakesYolov5LookLikeAnEndToEndNet(String outputs, String type, float confidence) {
        // read as YOLOv5, the 5th number is objectness and the 6th the score; else the 5th is the score
        OutputDecoder decoder = oneClass(outputs, type == null ? "" : type);
        long[] shape = {1, 1, 6};
        FloatTensor output = TestTensors.allocate("output0", shape);
        output.values().put(0, new float[] {50, 50, 100, 100, 0.9f, 0});

        assertThat(Decoding.detections(decoder, output).get(0).confidence()).isEqualTo(confidence);
    }

    @Test
    void rfDetrIsRecognizedByItsTypeToo() {
        OutputDecoder decoder = ModelFamilies.decoder(traits("1,300,4 1,300,4", "", "rfdetr-nano", NAMES, KeypointNames.UNKNOWN));

        assertThat(decoder).isInstanceOf(RfDetrDecoder.class);
        assertThat(decoder.antialiased()).isTrue();
    }

    @Test
    void theBackgroundOfRfDetrIsNotAClass() {
        List<String> names = List.of("background_class83422", "bolt", "nut");

        assertThat(ModelFamilies.decoder(traits("dets=1,300,4 labels=1,300,3", "", "", names, KeypointNames.UNKNOWN)).classNames())
                .containsExactly("bolt", "nut");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,3,8400 1,4,8400", "1,3,320,320 1,3", "1,39,8400 1,16,160,160 1,16,160,160", "4,7,8400"})
    void otherLayoutsAreNamed(String shapes) {
        assertThatIllegalArgumentException().isThrownBy(() -> decoder(shapes, ""))
                .withMessageContaining("output0 [" + shapes.split(" ")[0].replace(",", ", ") + "]")
                .withMessageContaining("[1, 4 + classes + extras, anchors]").withMessageContaining("RF-DETR");
    }

    @Test
    void otherTasksAreNamed() {
        assertThatIllegalArgumentException().isThrownBy(() -> decoder("1,8,8400", "depth")).withMessageContaining("'depth'");
        assertThatIllegalArgumentException().isThrownBy(() -> decoder("1,7,8400", "keypoint-detection"))
                .withMessageContaining("'keypoint-detection'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"1,84,8400 | 80", "1,25200,85 | 80", "1,116,8400 1,32,160,160 | 80",
        "1,25200,117 1,32,160,160 | 80", "1,8400,4 1,8400,17 | 17"})
    void bothNumbersOfAMismatchAreNamed(String outputs, int classes) {
        assertThatIllegalArgumentException().isThrownBy(() -> decoder(outputs, "")).withMessageContaining(classes + " classes")
                .withMessageContaining("3 class names");
    }

    @Test
    void rfDetrHasALogitForEachClassAndPerhapsOneForNone() {
        for (int logits : new int[] {2, 5, 91}) {
            assertThatIllegalArgumentException().isThrownBy(() -> decoder("dets=1,300,4 labels=1,300," + logits, ""))
                    .withMessageContaining("made for " + logits + " classes").withMessageContaining("3 class names");
        }
        assertThat(decoder("dets=1,300,4 labels=1,300,3", "").classNames()).isEqualTo(NAMES);
        assertThat(decoder("dets=1,300,4 labels=1,300,4", "").classNames()).isEqualTo(NAMES);
    }

    @ParameterizedTest
    @CsvSource({"'1,8,8400', obb, ''", "'1,8400,8', obb, ''", "'1,300,7', obb, yolo26n-obb", "'1,8,8400', '', yolo11n-obb",
            "'1,8,8400', object-detection, yolov8s-obb"})
    void orientedBoxesNeedTheirTaskOrType(String outputs, String task, String type) {
        OutputDecoder decoder = ModelFamilies.decoder(traits(outputs, task, type, NAMES, KeypointNames.UNKNOWN));

        assertThat(decoder.task()).isEqualTo(Task.OBJECT_DETECTION);
    }

    @Test
    void anUndeclaredAngleIsRefusedWithTheLineThatDeclaresIt() {
        assertThatIllegalArgumentException().isThrownBy(() -> decoder("1,8,8400", ""))
                .withMessageContaining("{\"project_task_type\": \"obb\"}");
        assertThatIllegalArgumentException().isThrownBy(() -> decoder("1,9,8400", "obb"))
                .withMessageContaining("is made for 4 classes, but there are 3 class names");
    }

    /** @param metadata entries of the weights' metadata, such as {@code task=detect; end2end=True} */
    private static OutputDecoder exported(String outputs, List<String> names, String metadata, ImageSize input) {
        Map<String, String> entries = new HashMap<>();
        for (String entry : metadata == null ? new String[0] : metadata.split("; ")) {
            entries.put(entry.substring(0, entry.indexOf('=')), entry.substring(entry.indexOf('=') + 1));
        }
        ModelTraits traits = traits(outputs, "", "", names, KeypointNames.UNKNOWN);
        return ModelFamilies.decoder(new ModelTraits(traits.outputs(), input, names,
                ModelDeclaration.NONE.completedBy(new WeightsMetadata(entries))));
    }

    private static String layout(OutputDecoder decoder) {
        return ((YoloDecoder) decoder).layout().getClass().getSimpleName();
    }

    /** The numbers of columns are the same for several families. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "1,300,6 | 2 | description=Ultralytics rtdetr-l model; task=detect | QueryLayout",
        "1,300,6 | 2 | description=Ultralytics my_RT-DETR model; task=detect | QueryLayout",
        "1,300,6 | 2 | description=Ultralytics my model; head=RTDETRDecoder | QueryLayout",
        "1,300,6 | 2 | description=Ultralytics my model; end2end=False; args={'nms': False} | QueryLayout",
        "1,300,6 | 2 | description=Ultralytics YOLO11n model; task=detect | EndToEndLayout",
        "1,300,6 | 2 | description=Ultralytics my model; end2end=True | EndToEndLayout",
        "1,300,6 | 2 | description=Ultralytics my model; args={'nms': True} | EndToEndLayout",
        "1,-1,6 | 2 | description=Ultralytics YOLO11n model | EndToEndLayout",
        "1,-1,6 | 2 || EndToEndLayout",
        "1,300,7 | 3 || QueryLayout",
        "1,8400,6 | 2 | description=Ultralytics YOLO11n model; task=detect | TransposedLayout",
        "1,8400,6 | 2 || TransposedLayout",
        "1,8400,7 | 3 | author=Ultralytics | TransposedLayout",
        "output=1,8400,7 | 2 || YoloxLayout",
        "outputs=1,8400,7 | 2 || RowLayout",
        "output=1,25200,7 | 2 || RowLayout",
        "1,6,8400 | 2 | description=Ultralytics YOLOv5n model; task=detect | ColumnLayout",
        "1,6,8400 | 2 | description=Ultralytics YOLOv3 model; task=detect | ColumnLayout",
        "1,6,8400 | 2 | description=Ultralytics YOLO26n model; end2end=False | ColumnLayout",
        "logits=1,300,2 pred_boxes=1,300,4 | 2 || QueryLayout"})
    void theDeclarationDecides(String outputs, int classes, String metadata, String layout) {
        assertThat(layout(exported(outputs, List.of("bolt", "nut", "gear").subList(0, classes), metadata, new ImageSize(640, 640))))
                .isEqualTo(layout);
    }

    /** @param type a type that a package declares */
    @ParameterizedTest
    @CsvSource({"rtdetr-l, QueryLayout", "rt_detr, QueryLayout", "RTDETRv2, QueryLayout", "yolov10n, EndToEndLayout",
        "yolo26s, EndToEndLayout", "yolov8n, EndToEndLayout"})
    void theTypeOfThePackageDecides(String type, String layout) {
        List<String> names = List.of("bolt", "nut");

        assertThat(layout(ModelFamilies.decoder(
                traits("1,300,6", "", type.toLowerCase(Locale.ROOT), names, KeypointNames.UNKNOWN)))).isEqualTo(layout);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"1,300,6 | 2 || yolov10 | rtdetr",
        "1,300,6 | 2 | description=Ultralytics my model; task=detect | yolov10 | rtdetr",
        "1,8400,6 | 1 || yolov5 | yolox"})
    void severalReadingsAreNamed(String outputs, int classes, String metadata, String one, String other) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> exported(outputs, NAMES.subList(0, classes), metadata, new ImageSize(640, 640)))
                .withMessageContaining("{\"model_type\": \"" + one + "\"}")
                .withMessageContaining("{\"model_type\": \"" + other + "\"}")
                .withMessageContaining("model_type.json");
    }

    /** Two to four of the strides from 4 to 64, with one to four anchors in each cell. */
    @ParameterizedTest
    @CsvSource({"640, 640, '1,7,34000', ColumnLayout", "640, 640, '1,7,8500', ColumnLayout",
        "640, 640, '1,34000,7', TransposedLayout",
        "416, 416, '1,2535,8', RowLayout", "1280, 1280, '1,102000,8', RowLayout", "640, 384, '1,15120,8', RowLayout",
        "640, 384, '1,5040,7', TransposedLayout", "320, 320, '1,8400,8', RowLayout", "96, 96, '1,765,7', TransposedLayout",
        "300, 300, '1,1905,7', TransposedLayout"})
    void gridsOfAnyStrides(int width, int height, String outputs, String layout) {
        assertThat(layout(exported(outputs, NAMES, null, new ImageSize(width, height)))).isEqualTo(layout);
    }

    @Test
    void poseWithOtherStridesIsNotEndToEnd() {
        OutputDecoder decoder = exported("1,56,765", List.of("person"), "task=pose; kpt_shape=[17, 3]", new ImageSize(96, 96));

        assertThat(layout(decoder)).isEqualTo("ColumnLayout");
        assertThat(decoder.task()).isEqualTo(Task.KEYPOINT_DETECTION);
        assertThatIllegalArgumentException().isThrownBy(() -> exported("1,56,765", NAMES, "task=pose; kpt_shape=[17, 3]",
                new ImageSize(96, 96))).withMessageContaining("made for 1 classes").withMessageContaining("3 class names");
    }

    @Test
    void detrIsNotRtDetr() {
        assertThatIllegalArgumentException().isThrownBy(() -> decoder("logits=1,100,4 pred_boxes=1,100,4", ""))
                .withMessageContaining("DETR");
        assertThatIllegalArgumentException().isThrownBy(() -> ModelFamilies.decoder(traits("logits=1,100,3 pred_boxes=1,100,4", "",
                "detr", NAMES, KeypointNames.UNKNOWN))).withMessageContaining("no supported model family");
    }

    private static OutputDecoder rfdetr(String outputs, String names, KeypointNames keypoints) {
        return ModelFamilies.decoder(traits(outputs, "", "", List.of(names.split(" ")), keypoints));
    }

    @ParameterizedTest
    @CsvSource({"'dets=1,9,4 labels=1,9,2 keypoints=1,9,17,8', person", "'dets=1,9,4 labels=1,9,3 keypoints=1,9,8,8', bolt nut",
            "'dets=1,9,4 labels=1,9,2 keypoints=1,9,34,8', background_class83422 person",
            "'dets=1,9,4 labels=1,9,2 keypoints=1,9,34,8', person __background__",
            "'dets=1,9,4 labels=1,9,2 keypoints=1,9,34,8', bolt nut"})
    void keypointsOfRfDetr(String outputs, String names) {
        assertThat(rfdetr(outputs, names, KeypointNames.UNKNOWN).task()).isEqualTo(Task.KEYPOINT_DETECTION);
    }

    @Test
    void keypointsThatCanBeDividedInTwoWaysAreRefusedUnlessTheirNamesAreKnown() {
        String outputs = "dets=1,9,4 labels=1,9,2 keypoints=1,9,4,8";

        assertThatIllegalArgumentException().isThrownBy(() -> rfdetr(outputs, "bolt", KeypointNames.UNKNOWN))
                .withMessageContaining("2 keypoints for each of 2 logits, or 4 for each of 1 classes")
                .withMessageContaining("keypoints_metadata.json");
        assertThat(rfdetr(outputs, "bolt", ENDS).task()).isEqualTo(Task.KEYPOINT_DETECTION);
    }

    @Test
    void keypointsOfRfDetrThatFitNoClassesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rfdetr("dets=1,9,4 labels=1,9,2 keypoints=1,9,17,8", "bolt nut", KeypointNames.UNKNOWN))
                .withMessageContaining("17 keypoints for 2 logits");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rfdetr("dets=1,9,4 labels=1,9,3 keypoints=1,9,9,8", "bolt nut", KeypointNames.UNKNOWN))
                .withMessageContaining("background_class83422");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rfdetr("dets=1,9,4 labels=1,9,2 keypoints=1,9,17,7", "person", KeypointNames.UNKNOWN))
                .withMessageContaining("match no supported model family");
    }
}
