package io.github.camelroboflow.inference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.app.fixture.PngBomb;
import io.github.camelroboflow.inference.Detection.Keypoint;
import io.github.camelroboflow.inference.Inference.ClassScore;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.Box.Point;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.geometry.Rle;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks each form of response that Roboflow's hosts give or once gave. No field may be lost between reading and
 * writing.
 */
class AnswerShapesTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static <T extends Inference> T read(Class<T> type, String json) {
        Inference read = InferenceJson.read(json.getBytes(UTF_8));

        assertThat(read.toJson()).isEqualTo(InferenceJson.read(json).toJson()).hasToString(json.replace("\n", ""));
        return assertThat(read).asInstanceOf(InstanceOfAssertFactories.type(type)).actual();
    }

    private static String png(BufferedImage picture, int... values) {
        picture.getRaster().setPixels(0, 0, picture.getWidth(), picture.getHeight(), values);
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, "png", png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(png.toByteArray());
    }

    private static String grey(int width, int height, int... values) {
        return png(new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY), values);
    }

    @Test
    void objectDetectionOfTheServer() {
        Detections read = read(Detections.class, """
                {"inference_id":"0e5c","time":0.0421,"image":{"width":1232,"height":821},"predictions":[{"x":234.0,"y":363.5,
                "width":160.0,"height":197.0,"confidence":0.9434512853622437,"class":"hand","class_id":1,"detection_id":"9f1b",
                "parent_id":"image","tracker_id":4,"class_confidence":0.5}]}""");

        assertThat(read.info().image()).isEqualTo(new ImageSize(1232, 821));
        assertThat(read.predictions().get(0).box()).isEqualTo(new Box(154, 265, 314, 462));
        assertThat(read.predictions().get(0).detectionId()).isEqualTo("9f1b");
    }

    @Test
    void objectDetectionOfTheFirstHostsWithIntegersAndWithoutIds() {
        Detections read = read(Detections.class, """
                {"time":0.2,"image":{"width":"416","height":"416"},"predictions":[{"x":179.2,"y":247,"width":231,"height":147,
                "confidence":0.985,"class":" A "}]}""");

        assertThat(read.info().image()).isEqualTo(new ImageSize(416, 416));
        assertThat(read.predictions()).containsExactly(
                new Detection(179.2, 247, 231, 147, 0.985, "A", -1, "", List.of(), null, List.of()));
    }

    @Test
    void objectDetectionWithADrawing() {
        assertThat(read(Detections.class, "{\"visualization\":\"/9j/4A==\",\"predictions\":[]}").info().visualization())
                .isEqualTo("/9j/4A==");
    }

    @Test
    void instanceSegmentationByOutlines() {
        Detections read = read(Detections.class, """
                {"image":{"width":20,"height":10},"predictions":[{"x":3.0,"y":3.0,"width":4.0,"height":4.0,"confidence":0.9,
                "class":"a","class_id":0,"detection_id":"d","points":[{"x":1.0,"y":1.0},{"x":5.0,"y":1.0},{"x":5.0,"y":5.0}],
                "mask_format":"polygon"}]}""");

        assertThat(read.predictions().get(0).points()).containsExactly(new Point(1, 1), new Point(5, 1), new Point(5, 5));
        assertThat(read.predictions().get(0).mask().orElseThrow().area()).isEqualTo(15);
    }

    @Test
    void instanceSegmentationOfTheFirstHostsWithoutAMaskFormat() {
        Detections read = read(Detections.class, """
                {"predictions":[{"x":3,"y":3,"width":4,"height":4,"confidence":0.9,"class":"a","points":[{"x":1,"y":1.5}]}]}""");

        assertThat(read.predictions().get(0).points()).containsExactly(new Point(1, 1.5));
    }

    @Test
    void instanceSegmentationByRunLengths() {
        Detections read = read(Detections.class, """
                {"image":{"width":3,"height":2},"predictions":[{"x":1.5,"y":1.0,"width":2.0,"height":2.0,"confidence":0.9,
                "class":"a","class_id":0,"detection_id":"d","rle":{"size":[2,3],"counts":"123"},"mask_format":"rle"}]}""");

        assertThat(read.predictions().get(0).rle()).isEqualTo(Rle.ofRuns(3, 2, List.of(1, 2, 3)));
        assertThat(read.coverage("a")).isEqualTo(2 / 6.0);
    }

    @Test
    void anOutlineWithoutPointsCoversNothingAndLeavesTheOthersTheirMasks() {
        Detections read = read(Detections.class, """
                {"image":{"width":3,"height":2},"predictions":[{"x":1.5,"y":1.0,"width":3.0,"height":2.0,"confidence":0.9,
                "class":"a","points":[],"mask_format":"polygon"},{"x":1.5,"y":1.0,"width":3.0,"height":2.0,"confidence":0.9,
                "class":"a","points":[{"x":0.0,"y":0.0},{"x":0.0,"y":1.0}],"mask_format":"polygon"}]}""");

        assertThat(read.predictions().get(0).points()).isEmpty();
        assertThat(read.predictions().get(0).mask().orElseThrow().area()).isZero();
        assertThat(read.coverage("a")).isEqualTo(2 / 6.0);
    }

    @Test
    void keypointsOfTheServerAndOfItsDocumentation() {
        Detections read = read(Detections.class, """
                {"predictions":[{"x":1.0,"y":1.0,"width":2.0,"height":2.0,"confidence":0.9,"class":"person","class_id":0,
                "keypoints":[{"x":1.0,"y":2.5,"confidence":0.98,"class_id":5,"class":" left knee"},
                {"x":3,"y":4,"confidence":1,"class_id":6,"class_name":"right knee"}]},
                {"x":1.0,"y":1.0,"width":2.0,"height":2.0,"confidence":0.8,"class":"person","keypoints":[]}]}""");

        assertThat(read.predictions().get(0).keypoints()).containsExactly(new Keypoint(1, 2.5, 0.98, "left knee", 5),
                new Keypoint(3, 4, 1, "right knee", 6));
        assertThat(read.predictions().get(1).keypoints()).isEmpty();
    }

    @Test
    void classificationOfTheServer() {
        Classification read = read(Classification.class, """
                {"inference_id":"0e5c","time":0.01,"image":{"width":32,"height":24},"predictions":[
                {"class":"real","class_id":1,"confidence":0.7149},{"class":"drawn","class_id":0,"confidence":0.2851}],
                "top":"real","confidence":0.7149,"parent_id":"image"}""");

        assertThat(read.confidences()).isEqualTo(Map.of("real", 0.7149, "drawn", 0.2851));
        assertThat(read.top()).isEqualTo("real");
    }

    @Test
    void classificationOfTheFirstHostsWithoutIds() {
        Classification read = read(Classification.class,
                "{\"predictions\":[{\"class\":\" real \",\"confidence\":1}],\"top\":\" real \",\"confidence\":1}");

        assertThat(read.predictions()).containsExactly(new ClassScore("real", -1, 1));
        assertThat(read.top()).isEqualTo("real");
    }

    @Test
    void classificationInWhichNothingReachedTheThreshold() {
        Classification read = read(Classification.class, "{\"predictions\":[],\"top\":\"\",\"confidence\":0.0}");

        assertThat(read.findings()).isEmpty();
        assertThat(read.top()).isEmpty();
    }

    @Test
    void multiLabelClassificationOfTheServerAndOfTheFirstHosts() {
        MultiLabelClassification server = read(MultiLabelClassification.class, """
                {"time":0.1,"predictions":{"dent":{"confidence":0.508,"class_id":0}," rust":{"confidence":0.1,"class_id":1}},
                "predicted_classes":["dent"]}""");
        MultiLabelClassification first = read(MultiLabelClassification.class, """
                {"predictions":{"dent":{"confidence":0.5},"rust":{"confidence":0}},"predicted_classes":["dent","rust"]}""");
        MultiLabelClassification nothing = read(MultiLabelClassification.class,
                "{\"predictions\":{\"dent\":{\"confidence\":0.1}},\"predicted_classes\":[]}");

        assertThat(server.predictions()).containsExactly(new ClassScore("dent", 0, 0.508), new ClassScore("rust", 1, 0.1));
        assertThat(server.classes()).containsExactly("dent");
        assertThat(first.classes()).containsExactly("dent", "rust");
        assertThat(nothing.classes()).isEmpty();
    }

    @Test
    void semanticSegmentationOfTheServer() {
        SemanticSegmentation read = read(SemanticSegmentation.class, """
                {"inference_id":"0e5c","time":0.1,"image":{"width":2,"height":2},"predictions":{"segmentation_mask":"%s",
                "class_map":{"0":"background","1":"rust","2":"dent"},"confidence_mask":"%s","present_class_ids":[0,2]}}"""
                .formatted(grey(2, 2, 0, 2, 2, 0), grey(2, 2, 255, 51, 102, 255)));

        assertThat(read.presentClassIds()).containsExactly(0, 2);
        assertThat(read.confidences()).isEqualTo(Map.of("dent", 0.4));
        assertThat(read.coverage("dent")).isEqualTo(0.5);
    }

    /** The mask has 4 x 2 pixels, the image is twice as wide again, and the response has no present_class_ids. */
    @Test
    void semanticSegmentationOfTheFirstHostWithAMaskSmallerThanTheImage() {
        SemanticSegmentation read = read(SemanticSegmentation.class, """
                {"segmentation_mask":"%s","class_map":{"0":"background","1":" rust"},"image":{"width":1232,"height":821}}"""
                .formatted(grey(4, 2, 0, 0, 0, 0, 1, 0, 0, 0)));

        assertThat(read.info().image()).isEqualTo(new ImageSize(1232, 821));
        assertThat(read.mask().size()).isEqualTo(new ImageSize(4, 2));
        assertThat(read.presentClassIds()).containsExactly(0, 1);
        assertThat(read.confidences()).isEqualTo(Map.of("rust", 1.0));
        assertThat(read.coverage("rust")).isEqualTo(1 / 8.0);
    }

    @Test
    void masksOfOneBitOrWithAPaletteHoldClassIdsToo() {
        byte[] shades = {0, (byte) 200, (byte) 90};
        String oneBit = png(new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY), 1, 0);
        String palette = png(new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_INDEXED,
                new IndexColorModel(8, 3, shades, shades, shades)), 2, 1);

        assertThat(read(SemanticSegmentation.class, "{\"segmentation_mask\":\"" + oneBit + "\",\"class_map\":{}}").mask().values())
                .containsExactly(1, 0);
        assertThat(read(SemanticSegmentation.class, "{\"segmentation_mask\":\"" + palette + "\",\"class_map\":{}}").mask().values())
                .containsExactly(2, 1);
    }

    @Test
    void aMaskThatClaimsToBeLargerThanMemoryIsRefused() throws IOException {
        String mask = Base64.getEncoder().encodeToString(PngBomb.of(60_000, 60_000));

        assertThatThrownBy(() -> InferenceJson.read("{\"image\":{\"width\":1,\"height\":1},\"class_map\":{},"
                + "\"segmentation_mask\":\"" + mask + "\"}"))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("60000 x 60000");
    }

    @Test
    void aConfidenceMaskOfAnotherSizeIsRefused() {
        String json = "{\"segmentation_mask\":\"%s\",\"class_map\":{},\"confidence_mask\":\"%s\"}"
                .formatted(grey(2, 1, 0, 1), grey(1, 1, 0));

        assertThatThrownBy(() -> InferenceJson.read(json)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the confidence mask is 1 x 1 pixels, but the segmentation mask 2 x 1");
    }

    @Test
    void aStubIsRefusedAsAModelThatWasNeverTrained() {
        String json = "{\"time\":0.1,\"is_stub\":true,\"model_id\":\"helmets/0\",\"task_type\":\"object-detection\"}";

        assertThatThrownBy(() -> InferenceJson.read(json)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the model helmets/0 is a stub without detections: train a version of its"
                        + " project and use that");
    }

    @Test
    void aListHasAResultForEachImage() {
        List<Inference> results = InferenceJson.readAll("[{\"predictions\":[]},{\"predictions\":[],\"top\":\"\"}]".getBytes(UTF_8));

        assertThat(results).hasExactlyElementsOfTypes(Detections.class, Classification.class);
        assertThat(InferenceJson.readAll("{\"predictions\":[]}".getBytes(UTF_8))).hasSize(1);
        assertThat(InferenceJson.readAll("[]".getBytes(UTF_8))).isEmpty();
        assertThatThrownBy(() -> InferenceJson.readAll("[{\"predictions\":[]},1]".getBytes(UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    static Stream<Path> recordedAnswers() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/golden/expected"))) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("recordedAnswers")
    void recordedAnswersOfTheServerAreReadAndWrittenWithoutLoss(Path file) throws IOException {
        byte[] json = Files.readAllBytes(file);
        Inference read = InferenceJson.read(json);

        assertThat(read.toJson()).isEqualTo(MAPPER.readTree(json));
        if (read instanceof SemanticSegmentation segmentation) {
            assertThat(MAPPER.valueToTree(segmentation.presentClassIds()).toString())
                    .isEqualTo(read.toJson().path("predictions").path("present_class_ids").toString());
        }
    }
}
