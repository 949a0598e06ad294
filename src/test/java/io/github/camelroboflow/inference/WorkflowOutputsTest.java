package io.github.camelroboflow.inference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkflowOutputsTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String PEOPLE = "{\"image\":{\"width\":640,\"height\":480},\"predictions\":[{\"x\":1.0,\"y\":2.0,"
            + "\"width\":2.0,\"height\":2.0,\"confidence\":0.9,\"class\":\"person\",\"class_id\":0,\"detection_id\":\"p\","
            + "\"parent_id\":\"image\"}]}";
    private static final String SCENE = "{\"inference_id\":\"s\",\"predictions\":[{\"class\":\"hall\",\"class_id\":0,"
            + "\"confidence\":0.7}],\"top\":\"hall\",\"confidence\":0.7}";
    private static final String DRAWING = "{\"type\":\"base64\",\"value\":\"/9j/\",\"video_metadata\":{\"frame_number\":0}}";
    private static final String ALL = "{\"predictions\":" + PEOPLE + ",\"scene\":" + SCENE + ",\"visualization\":" + DRAWING
            + ",\"count\":1,\"texts\":[\"a\",null],\"cuts\":[" + SCENE + "],\"skipped\":null}";

    private static WorkflowOutputs outputs(String json) {
        try {
            return WorkflowOutputs.of(MAPPER.readTree(json));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void outputsThatAreResultsAreTypedAndAllAreValues() {
        WorkflowOutputs outputs = outputs(ALL);

        assertThat(outputs.inferences()).containsOnlyKeys("predictions", "scene");
        assertThat(outputs.inferences().get("predictions")).isInstanceOf(Detections.class);
        assertThat(outputs.inferences().get("scene")).isInstanceOf(Classification.class);
        assertThat(outputs.values().keySet()).containsExactly("predictions", "scene", "visualization", "count", "texts", "cuts",
                "skipped");
        assertThat(outputs.values().get("visualization")).hasToString(DRAWING);
    }

    @Test
    void whatWasFoundIsWhatAllResultsFound() {
        assertThat(outputs(ALL).confidences()).isEqualTo(Map.of("person", 0.9, "hall", 0.7));
        assertThat(outputs(ALL).classes()).containsExactly("person", "hall");
    }

    @Test
    void aDetectionBeforeAndAfterAFilterCountsOnce() {
        assertThat(outputs("{\"all\":" + PEOPLE + ",\"filtered\":" + PEOPLE + "}").count("person")).isEqualTo(1);
    }

    @Test
    void detectionsWithoutIdsAreAllDifferent() {
        String withoutId = PEOPLE.replace("\"detection_id\":\"p\",", "");

        assertThat(outputs("{\"a\":" + withoutId + ",\"b\":" + withoutId + "}").count("person")).isEqualTo(2);
    }

    @Test
    void theImagesSizeIsThatOfTheFirstResultThatTellsIt() {
        assertThat(outputs("{\"scene\":" + SCENE + ",\"people\":" + PEOPLE + "}").info().image())
                .isEqualTo(new ImageSize(640, 480));
        assertThat(outputs("{\"count\":1}").info().image()).isEqualTo(ImageSize.UNKNOWN);
        assertThat(outputs(ALL).info().time()).isNaN();
        assertThat(outputs(ALL).info().visualization()).isEmpty();
    }

    @Test
    void asJsonItIsWhatCame() {
        assertThat(outputs(ALL).toJson()).hasToString(ALL);
        assertThat(InferenceJson.bytes(outputs(ALL))).asString(UTF_8).isEqualTo(ALL);
    }

    @Test
    void canNotBeChangedFromOutside() throws Exception {
        ObjectNode json = (ObjectNode) MAPPER.readTree(ALL);
        WorkflowOutputs outputs = WorkflowOutputs.of(json);
        json.removeAll();
        ((ObjectNode) outputs.values().get("scene")).removeAll();
        outputs.toJson().removeAll();

        assertThat(outputs.toJson()).hasToString(ALL);
        assertThatThrownBy(() -> outputs.values().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> outputs.inferences().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    /** The names of outputs are free, so an output may have the name of a field of a model's result. */
    @ParameterizedTest
    @ValueSource(strings = {"predictions", "people", "image", "top", "visualization", "class"})
    void theirJsonIsReadAsOutputsWhateverTheirNames(String name) {
        String json = "{\"" + name + "\":" + PEOPLE + "}";

        assertThat(InferenceJson.read(json)).isInstanceOf(WorkflowOutputs.class).isEqualTo(outputs(json));
        assertThat(InferenceJson.read(json).classes()).containsExactly("person");
    }

    @Test
    void theResultOfAModelIsNotReadAsOutputs() {
        assertThat(InferenceJson.read(PEOPLE)).isInstanceOf(Detections.class);
        assertThat(InferenceJson.read(SCENE)).isInstanceOf(Classification.class);
    }

    @Test
    void theAnswerOfAWorkflowHasOutputsForEachImage() {
        String answer = "{\"outputs\":[" + ALL + ",{\"count\":0}],\"profiler_trace\":[]}";
        List<WorkflowOutputs> read = InferenceJson.readWorkflow(answer.getBytes(UTF_8));

        assertThat(read).containsExactly(outputs(ALL), outputs("{\"count\":0}"));
        assertThat(read.get(1).findings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"message\":\"x\"}", "[]", "{\"outputs\":{}}", "{\"outputs\":[1]}", "{",
        "{\"outputs\":[{\"a\":{\"segmentation_mask\":\"AAAA\"}}]}"})
    void whatIsNoAnswerOfAWorkflowIsRefused(String json) {
        assertThatThrownBy(() -> InferenceJson.readWorkflow(json.getBytes(UTF_8))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aStubAmongTheResultsIsRefused() {
        assertThatThrownBy(() -> outputs("{\"a\":{\"is_stub\":true,\"model_id\":\"helmets/0\"}}"))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("the model helmets/0 is a stub");
    }

    @Test
    void aDrawingIsNoOutput() {
        WorkflowOutputs drawn = outputs(ALL).withVisualization("/9j/4A==");

        assertThat(drawn.info().visualization()).isEqualTo("/9j/4A==");
        assertThat(drawn.toJson()).hasToString(ALL);
        assertThat(drawn.inferences()).isEqualTo(outputs(ALL).inferences());
    }

    @Test
    void jacksonReadsAndWritesThem() throws Exception {
        JsonNode json = MAPPER.readTree(ALL);

        assertThat(MAPPER.readValue(ALL, Inference.class)).isEqualTo(outputs(ALL));
        assertThat(MAPPER.<JsonNode>valueToTree(outputs(ALL))).isEqualTo(json);
    }
}
