package io.github.camelroboflow.inference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.Detection.Keypoint;
import io.github.camelroboflow.inference.Inference.ClassScore;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.geometry.Box.Point;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.geometry.Rle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InferenceJsonTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final InferenceInfo INFO = InferenceInfo.of("id", 0.5, new ImageSize(8, 4));

    private static String roundTrip(String json) {
        return new String(InferenceJson.bytes(InferenceJson.read(json)), UTF_8);
    }

    private static String mask(int width, int height, int... values) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        picture.getRaster().setPixels(0, 0, width, height, values);
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, "png", png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(png.toByteArray());
    }

    @Test
    void readsDetections() {
        Detections read = (Detections) InferenceJson.read("""
                {"inference_id":"i","time":0.0421,"image":{"width":1232,"height":821},"predictions":[{"x":234.0,"y":363.5,
                "width":160.0,"height":197.0,"confidence":0.94,"class":"hand","class_id":1,"detection_id":"d"}]}""");

        assertThat(read.info().inferenceId()).isEqualTo("i");
        assertThat(read.info().time()).isEqualTo(0.0421);
        assertThat(read.info().image()).isEqualTo(new ImageSize(1232, 821));
        assertThat(read.predictions()).containsExactly(
                new Detection(234, 363.5, 160, 197, 0.94, "hand", 1, "d", List.of(), null, List.of()));
    }

    @Test
    void readsTheFirstVersionsDetectionsWithIntegersAndWithoutIds() {
        Detections read = (Detections) InferenceJson.read("""
                {"predictions":[{"x":234,"y":363,"width":160,"height":197,"confidence":1,"class":" hand "}]}""");

        assertThat(read.info().inferenceId()).isEmpty();
        assertThat(read.info().time()).isNaN();
        assertThat(read.info().image()).isEqualTo(ImageSize.UNKNOWN);
        assertThat(read.predictions()).containsExactly(
                new Detection(234, 363, 160, 197, 1, "hand", -1, "", List.of(), null, List.of()));
    }

    @Test
    void readsOutlinesMasksAndKeypoints() {
        Detections read = (Detections) InferenceJson.read("""
                {"predictions":[
                {"x":1,"y":1,"width":2,"height":2,"confidence":0.9,"class":"a","points":[{"x":0,"y":0.5},{"x":2,"y":2}]},
                {"x":1,"y":1,"width":2,"height":2,"confidence":0.8,"class":"b","mask_format":"rle",
                    "rle":{"size":[2,3],"counts":"6"}},
                {"x":1,"y":1,"width":2,"height":2,"confidence":0.7,"class":"c","rle":{"size":[2,3],"counts":[1,5]}},
                {"x":1,"y":1,"width":2,"height":2,"confidence":0.6,"class":"d","keypoints":[
                    {"x":1,"y":2,"confidence":0.5,"class_id":3,"class":"knee"},{"x":1,"y":2,"confidence":0.5,"class_name":"foot"}]}
                ]}""");

        assertThat(read.predictions().get(0).points()).containsExactly(new Point(0, 0.5), new Point(2, 2));
        assertThat(read.predictions().get(1).rle()).isEqualTo(new Rle(3, 2, "6"));
        assertThat(read.predictions().get(2).rle().runs()).containsExactly(1, 5);
        assertThat(read.predictions().get(3).keypoints()).containsExactly(new Keypoint(1, 2, 0.5, "knee", 3),
                new Keypoint(1, 2, 0.5, "foot", -1));
    }

    @Test
    void readsAClassification() {
        Classification read = (Classification) InferenceJson.read("""
                {"predictions":[{"class":"ok","class_id":0,"confidence":0.9},{"class":"bad","class_id":1,"confidence":0.1}],
                "top":"ok","confidence":0.9}""");

        assertThat(read.top()).isEqualTo("ok");
        assertThat(read.confidence()).isEqualTo(0.9);
        assertThat(read.classes()).containsExactly("ok", "bad");
    }

    @Test
    void readsAClassificationWithoutAnyClass() {
        Inference read = InferenceJson.read("{\"predictions\":[],\"top\":\"\",\"confidence\":0.0}");

        assertThat(read).isInstanceOf(Classification.class);
        assertThat(read.classes()).isEmpty();
        assertThat(InferenceJson.read("{\"predictions\":[]}")).isInstanceOf(Detections.class);
    }

    @Test
    void readsAMultiLabelClassificationOfWhichOnlyWhatAppliesWasFound() {
        MultiLabelClassification read = (MultiLabelClassification) InferenceJson.read("""
                {"predictions":{"cat":{"confidence":0.93,"class_id":0},"dog":{"confidence":0.2,"class_id":1}},
                "predicted_classes":["cat"]}""");

        assertThat(read.predictions()).hasSize(2);
        assertThat(read.classes()).containsExactly("cat");
        assertThat(read.confidence("cat")).isEqualTo(0.93);
    }

    @Test
    void readsASegmentationInBothItsForms() {
        String fields = "\"segmentation_mask\":\"" + mask(2, 2, 0, 1, 1, 2)
                + "\",\"class_map\":{\"0\":\"background\",\"1\":\" rust\",\"2\":\"dent\"}";
        String confidences = ",\"confidence_mask\":\"" + mask(2, 2, 255, 51, 102, 204) + "\"";

        SemanticSegmentation flat = (SemanticSegmentation) InferenceJson.read("{" + fields + "}");
        SemanticSegmentation nested = (SemanticSegmentation) InferenceJson.read("{\"predictions\":{" + fields + confidences + "}}");

        assertThat(flat.confidences()).isEqualTo(Map.of("rust", 1.0, "dent", 1.0));
        assertThat(nested.confidences()).isEqualTo(Map.of("rust", 0.4, "dent", 0.8));
        assertThat(flat.coverage("rust")).isEqualTo(nested.coverage("rust")).isEqualTo(0.5);
        assertThat(nested.coverage("background")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"time\":0.1,\"new\":{\"a\":[1,2.0,null]},\"predictions\":[{\"x\":1,\"y\":2.0,\"width\":3.5,\"height\":4,"
            + "\"class\":\" a \",\"tracker_id\":7}],\"confidence\":0}",
        "{\"confidence\":0.94345128536224,\"top\":\"é\",\"predictions\":[{\"confidence\":0.94345128536224,\"class_name\":\"é\"}]}",
        "{\"predicted_classes\":[],\"predictions\":{\"b\":{\"class_id\":0,\"confidence\":1},\"a\":{\"confidence\":0.1}}}",
        "{\"is_stub\":false,\"predictions\":[]}"})
    void whatIsReadIsWrittenWithoutLoss(String json) {
        assertThat(roundTrip(json)).isEqualTo(json);
    }

    @Test
    void whatIsReadCanNotBeChangedThroughWhatIsWritten() {
        Inference read = InferenceJson.read("{\"predictions\":[]}");
        read.toJson().put("predictions", 1);
        read.info().received().put("predictions", 1);

        assertThat(read.toJson()).hasToString("{\"predictions\":[]}");
    }

    private static List<String> keys(JsonNode json) {
        return List.copyOf(MAPPER.convertValue(json, Map.class).keySet()).stream().map(String::valueOf).toList();
    }

    @Test
    void ownResultsHaveRoboflowsKeysInItsOrder() {
        Detection detection = new Detection(1, 2, 3, 4, 0.9, "a", 0, "d", List.of(), null, List.of());
        ObjectNode json = new Detections(INFO, List.of(detection)).withVisualization("/9j/").toJson();

        assertThat(keys(json)).containsExactly("visualization", "inference_id", "time", "image", "predictions");
        assertThat(keys(json.path("image"))).containsExactly("width", "height");
        assertThat(keys(json.path("predictions").path(0))).containsExactly("x", "y", "width", "height", "confidence", "class",
                "class_id", "detection_id");
        assertThat(json.path("predictions").path(0).path("x")).hasToString("1.0");
        assertThat(json.path("image").path("width")).hasToString("8");
    }

    @Test
    void ownMasksOutlinesAndKeypointsHaveRoboflowsKeysInItsOrder() {
        ArrayNode predictions = (ArrayNode) new Detections(INFO, List.of(
                new Detection(1, 2, 3, 4, 0.9, "a", 0, "d", List.of(new Point(1, 2)), null, List.of()),
                new Detection(1, 2, 3, 4, 0.9, "a", 0, "d", List.of(), Rle.ofRuns(8, 4, List.of(30, 2)), List.of()),
                new Detection(1, 2, 3, 4, 0.9, "a", 0, "d", List.of(), null, List.of(new Keypoint(1, 2, 0.5, "knee", 3)))))
                .toJson().path("predictions");

        assertThat(keys(predictions.get(0))).endsWith("detection_id", "points", "mask_format");
        assertThat(predictions.get(0).path("mask_format").asText()).isEqualTo("polygon");
        assertThat(keys(predictions.get(1))).endsWith("detection_id", "rle", "mask_format");
        assertThat(predictions.get(1).path("rle").path("size")).hasToString("[4,8]");
        assertThat(keys(predictions.get(2).path("keypoints").path(0))).containsExactly("x", "y", "confidence", "class_id", "class");
    }

    @Test
    void ownClassificationsHaveRoboflowsKeysInItsOrder() {
        List<ClassScore> scores = List.of(new ClassScore("b", 1, 0.9), new ClassScore("a", 0, 0.1));
        ObjectNode single = new Classification(INFO, scores, "b", 0.9).toJson();
        ObjectNode multi = new MultiLabelClassification(INFO, scores, List.of("b")).toJson();

        assertThat(keys(single)).containsExactly("inference_id", "time", "image", "predictions", "top", "confidence");
        assertThat(keys(single.path("predictions").path(0))).containsExactly("class", "class_id", "confidence");
        assertThat(keys(multi)).containsExactly("inference_id", "time", "image", "predictions", "predicted_classes");
        assertThat(multi.path("predictions")).hasToString(
                "{\"b\":{\"class_id\":1,\"confidence\":0.9},\"a\":{\"class_id\":0,\"confidence\":0.1}}");
    }

    @Test
    void anOwnSegmentationIsReadBackAsItWas() {
        SemanticSegmentation own = new SemanticSegmentation(INFO, Map.of(0, "background", 11, "dent", 2, "rust"),
                new SemanticSegmentation.Plane(new ImageSize(2, 1), new byte[] {2, 11}),
                new SemanticSegmentation.Plane(new ImageSize(2, 1), new byte[] {(byte) 255, 51}));
        SemanticSegmentation read = (SemanticSegmentation) InferenceJson.read(own.toJson());

        assertThat(keys(own.toJson().path("predictions"))).containsExactly("segmentation_mask", "class_map",
                "confidence_mask", "present_class_ids");
        assertThat(own.toJson().path("predictions").path("present_class_ids")).hasToString("[2,11]");
        assertThat(keys(own.toJson().path("predictions").path("class_map"))).containsExactly("0", "2", "11");
        assertThat(read.mask().values()).containsExactly(2, 11);
        assertThat(read.confidences()).isEqualTo(Map.of("rust", 1.0, "dent", 0.2));
    }

    @Test
    void aDrawingIsAddedToWhatWasReceived() {
        Inference drawn = InferenceJson.read("{\"new\":1,\"predictions\":[]}").withVisualization("/9j/");

        assertThat(drawn.toJson()).hasToString("{\"visualization\":\"/9j/\",\"new\":1,\"predictions\":[]}");
        assertThat(drawn.info().visualization()).isEqualTo("/9j/");
    }

    @Test
    void jacksonReadsAndWritesResultsWithoutFurtherSettings() throws Exception {
        String json = "{\"x\":1,\"predictions\":[]}";
        Inference read = MAPPER.readValue(json, Inference.class);

        assertThat(MAPPER.writeValueAsString(read)).isEqualTo(json);
        assertThatThrownBy(() -> MAPPER.readValue("{}", Inference.class)).hasMessageContaining("it has no 'predictions'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            { | this is not JSON:
            {"predictions":[]} {"predictions":[]} | this is not JSON:
            [] | this JSON is no model result: expected an object
            {"predictions":[{"x":1}]} | this JSON is no model result: an entry of its 'predictions' has no class
            {"predictions":["a"]} | this JSON is no model result: an entry of its 'predictions' has no class
            {"predictions":{"a":{"x":1}}} | this JSON is no model result: its 'predictions' are no class scores
            {"is_stub":true,"model_id":"a/0"} | the model a/0 is a stub without detections
            '' | this JSON is no model result: expected an object
            {"message":"Forbidden"} | this JSON is no model result: it has no 'predictions'
            {"segmentation_mask":"AAAA","class_map":{}} | the segmentation mask is no PNG
            {"segmentation_mask":"AAAA","class_map":{"x":"rust"}} | this JSON is no segmentation: 'x' in its 'class_map' is no
            """)
    void whatIsNoResultIsRefusedInASentence(String json, String sentence) {
        assertThatThrownBy(() -> InferenceJson.read(json)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(sentence);
        assertThatThrownBy(() -> InferenceJson.read(json.getBytes(UTF_8))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anOrientedBoxIsFourPointsBesideItsUprightBox() {
        List<Point> corners = List.of(new Point(4.5, 0), new Point(8.25, 2), new Point(4.5, 4), new Point(0.75, 2));
        Detection detection = new Detection(4.5, 2, 7, 4, 0.9, "ship", 0, "d", List.of(), null, List.of())
                .withOrientedBox(corners);
        JsonNode json = new Detections(INFO, List.of(detection)).toJson().path("predictions").path(0);

        assertThat(json.path("points")).hasSize(4);
        assertThat(json.path("points").path(1).toString()).isEqualTo("{\"x\":8.25,\"y\":2.0}");
        assertThat(json.path("width").asDouble()).isEqualTo(7);
        assertThat(json.has("mask_format")).isFalse();
    }

    @Test
    void anOrientedBoxIsReadAgain() {
        Detection detection = new Detection(4.5, 2, 7, 4, 0.9, "ship", 0, "d", List.of(), null, List.of())
                .withOrientedBox(List.of(new Point(4.5, -3), new Point(13, 2), new Point(4.5, 7), new Point(-4, 2)));
        Detections written = new Detections(INFO, List.of(detection));
        Detection read = ((Detections) InferenceJson.read(written.toJson())).predictions().get(0);

        assertThat(read).isEqualTo(detection);
        assertThat(read.masked()).isFalse();
        assertThat(read.mask()).isEmpty();
    }

    @Test
    void anOutlineOfFourPointsIsNoOrientedBox() {
        Detection mask = ((Detections) InferenceJson.read("""
                {"image":{"width":8,"height":4},"predictions":[{"x":4,"y":2,"width":4,"height":4,"confidence":0.9,"class":"a",
                "points":[{"x":2,"y":0},{"x":5,"y":0},{"x":5,"y":3},{"x":2,"y":3}],"mask_format":"polygon"}]}"""))
                .predictions().get(0);
        Detection irregular = ((Detections) InferenceJson.read("""
                {"image":{"width":80,"height":40},"predictions":[{"x":4,"y":2,"width":4,"height":4,"confidence":0.9,"class":"a",
                "points":[{"x":2,"y":0},{"x":50,"y":0},{"x":5,"y":30},{"x":2,"y":3}]}]}""")).predictions().get(0);

        assertThat(mask.oriented()).isFalse();
        assertThat(mask.masked()).isTrue();
        assertThat(irregular.oriented()).isFalse();
    }
}
