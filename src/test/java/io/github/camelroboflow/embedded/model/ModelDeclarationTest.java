package io.github.camelroboflow.embedded.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.camelroboflow.embedded.model.ModelDeclaration.DeclarationReader;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.ModelPackageException;
import io.github.camelroboflow.inference.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelDeclarationTest {

    private static final ModelId MODEL = new ModelId("parts/1");

    @TempDir
    Path folder;

    private ModelDeclaration read(String environment, String config) throws JsonProcessingException {
        ObjectMapper mapper = new ObjectMapper();
        return DeclarationReader.read(new ModelFiles(MODEL, folder), mapper.readTree(environment), mapper.readTree(config));
    }

    private ModelDeclaration read() throws JsonProcessingException {
        return read("{}", "{}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "model_config.json | {\"model_architecture\": \"yolov8\", \"task_type\": \"instance-segmentation\"} | yolov8",
        "model_type.json | {\"project_task_type\": \"instance-segmentation\", \"model_type\": \"YOLOv8n-seg\"} | yolov8n-seg",
        "model.json | {\"task\": \"instance-segmentation\", \"modelType\": \"yolov8n-seg\"} | yolov8n-seg"})
    void eachFileHasItsOwnKeys(String file, String json, String type) throws IOException {
        Files.writeString(folder.resolve(file), json);

        assertThat(read().task()).isEqualTo(Task.INSTANCE_SEGMENTATION.toString());
        assertThat(read().type()).isEqualTo(type);
    }

    @Test
    void nothingIsDeclared() throws IOException {
        assertThat(DeclarationReader.read(new ModelFiles(MODEL, folder), MissingNode.getInstance(), MissingNode.getInstance()))
                .isEqualTo(ModelDeclaration.NONE);
    }

    @Test
    void postProcessingAndRemovedClasses() throws IOException {
        ModelDeclaration declaration = read("{}", "{\"post_processing\": {\"type\": \"nms\", \"fused\": true},"
                + " \"class_names_operations\": [{\"type\": \"class_name_removal\", \"class_name\": \"background\"},"
                + " {\"type\": \"other\"}]}");

        assertThat(declaration.postProcessing()).isEqualTo("nms");
        assertThat(declaration.fused()).isTrue();
        assertThat(declaration.removedClasses()).containsExactly("background");
    }

    @Test
    void severalLabelsPerImage() throws IOException {
        assertThat(read("{\"MULTICLASS\": true}", "{}").task()).isEqualTo(Task.MULTI_LABEL_CLASSIFICATION.toString());
    }

    @Test
    void keypointsHaveNamesByClass() throws IOException {
        Files.writeString(folder.resolve("keypoints_metadata.json"),
                "[{\"object_class_id\": 1, \"keypoints\": {\"1\": \"tip\", \"0\": \"head\"}, \"edges\": []}]");

        assertThat(read().keypoints().name(1, 1)).isEqualTo("tip");
        assertThat(read().keypoints().count(1, 5)).isEqualTo(2);
        assertThat(read().keypoints().count(0, 5)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "", "[{\"keypoints\": {\"0\": \"head\"}}]",
        "[{\"object_class_id\": 0, \"keypoints\": {\"1\": \"head\"}}]"})
    void brokenKeypoints(String json) throws IOException {
        Files.writeString(folder.resolve("keypoints_metadata.json"), json);

        assertThatThrownBy(this::read).isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("keypoints_metadata.json");
    }

    @ParameterizedTest
    @CsvSource({"Ultralytics YOLO26n-seg model trained on parts.yaml, yolo26n-seg", "Ultralytics YOLOv8n model, yolov8n",
        "Ultralytics best model trained on parts.yaml, ''", "synthetic parts, ''"})
    void theTypeInTheWeightsIsUsed(String description, String type) {
        ModelDeclaration declaration = ModelDeclaration.NONE
                .completedBy(new WeightsMetadata(Map.of("description", description, "task", "segment")));

        assertThat(declaration.type()).isEqualTo(type);
        assertThat(declaration.task()).isEqualTo(Task.INSTANCE_SEGMENTATION.toString());
    }

    @Test
    void thePackageWins() throws IOException {
        Files.writeString(folder.resolve("model.json"), "{\"task\": \"object-detection\", \"modelType\": \"yolov10n\"}");
        ModelDeclaration declaration = read()
                .completedBy(new WeightsMetadata(Map.of("description", "Ultralytics YOLOv8n model", "task", "pose")));

        assertThat(declaration.type()).isEqualTo("yolov10n");
        assertThat(declaration.mayBe(Task.OBJECT_DETECTION)).isTrue();
        assertThat(declaration.mayBe(Task.KEYPOINT_DETECTION)).isFalse();
    }

    @Test
    void keypointsWithoutConfidenceAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelDeclaration.NONE.completedBy(new WeightsMetadata(Map.of("kpt_shape", "[6, 2]"))))
                .withMessageContaining("kpt_shape [6, 2]");
        assertThat(ModelDeclaration.NONE.completedBy(new WeightsMetadata(Map.of("kpt_shape", "(17, 3)"))).weights()
                .keypointShape()).containsExactly(17, 3);
    }
}
