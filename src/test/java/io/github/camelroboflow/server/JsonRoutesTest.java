package io.github.camelroboflow.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.server.fixture.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The routes that accept JSON, and the routes that list the models, over a socket with real models. */
class JsonRoutesTest {

    private GoldenServer golden;
    private Path models;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        models = directory;
        golden = new GoldenServer(directory, "det-stretch", "cls-single", "cls-multi");
    }

    @AfterEach
    void stop() {
        golden.close();
    }

    private static ObjectNode request(String... images) {
        ObjectNode body = ServerResponse.JSON.createObjectNode().put("model_id", "det-stretch/1").put("api_key", GoldenServer.KEY);
        for (String image : images) {
            body.withArray("image").addObject().put("type", "base64")
                    .put("value", new String(GoldenServer.base64(GoldenServer.image(image)), StandardCharsets.US_ASCII));
        }
        return body;
    }

    private Wire.Response post(String path, JsonNode body) {
        return Wire.ask(golden.port(), "POST", path, "application/json", body.toString().getBytes(StandardCharsets.UTF_8));
    }

    private Wire.Response get(String path) {
        return Wire.ask(golden.port(), "GET", path, (String) null, null);
    }

    private static List<String> names(Wire.Response registry) {
        assertThat(registry.status()).isEqualTo(200);
        return registry.json().path("models").findValuesAsText("model_id");
    }

    @Test
    void aListOfImagesGivesAListOfResultsInItsOrder() {
        Wire.Response answer = post("/infer/object_detection", request("t00_plain.jpg", "t49_tiny16.jpg", "t00_plain.jpg"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json()).hasSize(3);
        assertThat(answer.json().get(0).path("image")).isEqualTo(answer.json().get(2).path("image"))
                .isNotEqualTo(answer.json().get(1).path("image"));
        assertThat(answer.json().get(0).path("predictions")).hasSameSizeAs(answer.json().get(2).path("predictions"));
    }

    @Test
    void anEmptyListGivesAnEmptyList() {
        ObjectNode body = request();
        body.putArray("image");

        assertThat(post("/infer/object_detection", body).text()).isEqualTo("[]");
    }

    @Test
    void thresholdsAreFractionsAndOptionsAreHonoured() {
        ObjectNode few = request("t00_plain.jpg").put("max_detections", 2);
        ObjectNode none = request("t00_plain.jpg").put("confidence", 40);
        ObjectNode drawn = request("t00_plain.jpg").put("visualize_predictions", true);

        assertThat(post("/infer/object_detection", few).json().at("/0/predictions")).hasSize(2);
        assertThat(post("/infer/object_detection", none).json().at("/0/predictions")).isEmpty();
        assertThat(post("/infer/object_detection", drawn).json().at("/0/visualization").asText()).startsWith("/9j/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "numpy", "numpy_object", "pil", "other"})
    void imagesOfOtherTypesAreRefused(String type) {
        ObjectNode body = request();
        body.putObject("image").put("type", type).put("value", "/etc/hostname");

        assertThat(post("/infer/object_detection", body).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../etc", "/etc/passwd", "det-stretch/../det-stretch/1", "..", "det-stretch\\1", "det-stretch/1?x=y",
                            "det-stretch/1/1"})
    void aNameThatLeavesTheModelsIsNotFound(String name) {
        assertThat(post("/infer/object_detection", request("t00_plain.jpg").put("model_id", name)).status()).isEqualTo(404);
        assertThat(post("/model/add", request().put("model_id", name)).status()).isEqualTo(404);
    }

    @Test
    void aKeyInTheBodyLetsInAndAWrongOneDoesNot() {
        assertThat(post("/infer/object_detection", request("t00_plain.jpg").put("api_key", "wrong")).status()).isEqualTo(401);
        assertThat(post("/model/add", request().put("api_key", "wrong")).status()).isEqualTo(401);
        assertThat(post("/model/clear", ServerResponse.JSON.createObjectNode()).status()).isEqualTo(401);
    }

    @Test
    void modelsAreAddedListedAndRemoved() {
        assertThat(names(get("/model/registry?api_key=testkey"))).isEmpty();
        Wire.Response added = post("/model/add", request());
        assertThat(names(added)).containsExactly("det-stretch/1");
        assertThat(added.json().at("/models/0/task_type").asText()).isEqualTo("object-detection");
        assertThat(names(get("/model/registry?api_key=testkey"))).containsExactly("det-stretch/1");
        assertThat(names(get("/model/registry"))).isEmpty();
        assertThat(names(post("/model/remove", request()))).isEmpty();
        assertThat(get("/start/det-stretch/1?api_key=testkey").text())
                .isEqualTo("{\"status\":200,\"message\":\"inference session started from local memory.\"}");
        assertThat(names(post("/model/clear", request()))).isEmpty();
        assertThat(post("/model/add", request().put("model_id", "nope/1")).status()).isEqualTo(404);
    }

    @Test
    void theTaskOfAMultiLabelModelIsTheOneThatClientsKnow() {
        for (String model : List.of("cls-multi/1", "cls-single/1")) {
            assertThat(post("/model/add", request().put("model_id", model)).status()).isEqualTo(200);
        }

        JsonNode registry = get("/model/registry?api_key=testkey").json().path("models");
        assertThat(registry.findValuesAsText("task_type")).hasSize(2).containsOnly("classification");
    }

    @Test
    void clientsGetNoSizeToWhichTheyWouldShrinkImages() {
        JsonNode model = post("/model/add", request()).json().at("/models/0");

        assertThat(model.fieldNames()).toIterable().contains("input_width", "input_height", "batch_size");
        assertThat(List.of(model.get("input_width"), model.get("input_height"), model.get("batch_size")))
                .allSatisfy(value -> assertThat(value.isNull()).isTrue());
    }

    @Test
    void aPublicModelHasItsAliasOnEachRoute() throws IOException {
        Files.createDirectories(models.resolve("coco"));
        Files.move(models.resolve("det-stretch/1"), models.resolve("coco/38"));
        byte[] image = GoldenServer.base64(GoldenServer.image("t00_plain.jpg"));

        Wire.Response json = post("/infer/object_detection", request("t00_plain.jpg").put("model_id", "rfdetr-nano"));
        Wire.Response legacy = golden.post("/rfdetr-nano", GoldenServer.FORM, image);

        assertThat(json.status()).isEqualTo(200);
        assertThat(legacy.status()).isEqualTo(200);
        assertThat(legacy.headers()).containsEntry("x-model-id", "coco/38");
        assertThat(legacy.json().path("predictions")).isNotEmpty().hasSameSizeAs(json.json().at("/0/predictions"));
        assertThat(names(post("/model/add", request().put("model_id", "rfdetr-nano")))).containsExactly("coco/38");
        assertThat(names(post("/model/remove", request().put("model_id", "rfdetr-nano")))).isEmpty();
    }

    @Test
    void theAliasOfAModelThatIsNotThereIsNotFound() {
        assertThat(post("/infer/object_detection", request("t00_plain.jpg").put("model_id", "yolov8n-seg-640")).status())
                .isEqualTo(404);
        assertThat(golden.post("/yolov8n-seg-640", GoldenServer.FORM, new byte[0]).status()).isEqualTo(404);
        assertThat(golden.post("/det-stretch", GoldenServer.FORM, new byte[0]).status()).isEqualTo(405);
    }

    @Test
    void metricsCountByStatus() {
        get("/start/nope/1?api_key=testkey");
        post("/infer/object_detection", request("t00_plain.jpg"));

        assertThat(get("/metrics?api_key=testkey").text()).contains("roboflow_server_requests_total{status=\"200\"} 1",
                "roboflow_server_requests_total{status=\"404\"} 1", "roboflow_server_models 1", "roboflow_server_requests 0");
    }

    @Test
    void theDescriptionHasThePathsThatAreAnswered() {
        JsonNode paths = get("/openapi.json").json().path("paths");

        assertThat(paths.fieldNames()).toIterable().contains("/{project}/{version}", "/infer/object_detection", "/model/registry",
                "/start/{project}/{version}", "/metrics");
        paths.fieldNames().forEachRemaining(path -> paths.get(path).fieldNames().forEachRemaining(method -> {
            String target = path.replace("{project}", "det-stretch").replace("{version}", "1") + "?api_key=testkey";
            String verb = method.toUpperCase(java.util.Locale.ROOT);
            assertThat(Wire.ask(golden.port(), verb, target, "text/plain", new byte[0]).status())
                    .as(path).isNotIn(404, 405);
        }));
    }
}
