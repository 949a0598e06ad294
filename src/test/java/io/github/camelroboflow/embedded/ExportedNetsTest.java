package io.github.camelroboflow.embedded;

import static io.github.camelroboflow.inference.InferenceOption.CONFIDENCE;
import static io.github.camelroboflow.inference.InferenceOption.TILE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Compares the results of nets that are exported as other projects export them with results that were computed outside this program
 * ({@code src/models/exported_details.py}, {@code exported_boxes.py}, {@code exported_types.py}).
 */
class ExportedNetsTest {

    private static final Path NETS = Path.of("src/test/resources/exported");
    /** The fields whose numbers are whole pixels or half of them. */
    private static final List<String> PIXELS = List.of("x", "y", "width", "height");

    private static JsonNode predictions(String name, InferenceOptions options) throws IOException {
        byte[] image = Files.readAllBytes(NETS.resolve(name).resolve("1/image.png"));
        try (EmbeddedEngine engine = new EmbeddedEngine(NETS)) {
            Inference inference = engine.infer(new ModelId(name + "/1"), List.of(ImageSource.of("image.png", image)), options)
                    .toCompletableFuture().join().get(0);
            return inference.toJson().path("predictions");
        }
    }

    @ParameterizedTest
    @CsvSource({"ultralytics-cls, 0", "ultralytics-cls-tall, 0", "ultralytics-cls-logits, 0", "yolov5-cls, 0",
        "ultralytics-obb, 0.4", "ultralytics-obb-end2end, 0.4", "rfdetr-keypoints, 0.4", "rfdetr-keypoints-background-first, 0.4",
        "ultralytics-gray, 0.4", "ultralytics-rtdetr, 0.4", "transformers-rtdetr, 0.4", "yolox, 0.4", "yolox-decoded, 0.4",
        "ultralytics-transposed, 0.4", "nms-inside, 0.4", "half, 0.4", "half-input, 0.4", "half-output, 0.4", "batch-4, 0.4",
        "half-batch-4, 0.4", "open-size, 0.4", "open-size-104, 0.4", "tall-stretched, 0.4", "int8, 0.4"})
    void giveTheNumbersThatWereComputedOutside(String name, double confidence) throws IOException {
        JsonNode expected = new ObjectMapper().readTree(NETS.resolve(name).resolve("1/expected.json").toFile()).path("predictions");
        JsonNode actual = predictions(name, InferenceOptions.DEFAULTS.with(CONFIDENCE, confidence));

        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.path(i).path("class").asText()).isEqualTo(expected.path(i).path("class").asText());
            compare(actual.path(i), expected.path(i), expected.path(i).has("points") ? 1e-4 : 0);
        }
    }

    /** @param tolerance tolerance for coordinates of points */
    private static void compare(JsonNode actual, JsonNode expected, double tolerance) {
        assertThat(actual.path("confidence").asDouble()).isCloseTo(expected.path("confidence").asDouble(), within(1e-6));
        for (String field : PIXELS) {
            assertThat(actual.path(field).asDouble()).isEqualTo(expected.path(field).asDouble());
        }
        for (String list : List.of("points", "keypoints")) {
            assertThat(actual.path(list)).hasSameSizeAs(expected.path(list));
            for (int i = 0; i < expected.path(list).size(); i++) {
                JsonNode point = actual.path(list).path(i);
                JsonNode right = expected.path(list).path(i);
                assertThat(point.path("x").asDouble()).isCloseTo(right.path("x").asDouble(), within(tolerance));
                assertThat(point.path("y").asDouble()).isCloseTo(right.path("y").asDouble(), within(tolerance));
                assertThat(point.path("confidence").asDouble()).isCloseTo(right.path("confidence").asDouble(), within(1e-6));
            }
        }
    }

    @Test
    void tilesFindOrientedBoxesToo() throws IOException {
        JsonNode whole = predictions("ultralytics-obb", InferenceOptions.DEFAULTS);
        JsonNode tiled = predictions("ultralytics-obb", InferenceOptions.DEFAULTS.with(TILE, new ImageSize(64, 64)));

        assertThat(tiled.size()).isGreaterThan(whole.size());
        assertThat(tiled).allSatisfy(detection -> assertThat(detection.path("points")).hasSize(4));
        assertThat(tiled).allSatisfy(detection -> assertThat(detection.has("mask_format")).isFalse());
    }

    /** As many rows as boxes are found, so that memory for the outputs can't be allocated before. */
    @Test
    void eachImageMayHaveAnotherNumberOfRows() {
        try (EmbeddedEngine engine = new EmbeddedEngine(NETS)) {
            ModelId model = new ModelId("nms-inside/1");
            List<Integer> found = Stream.of(TestImages.dark(96, 64), TestImages.encode("png", 96, 64), TestImages.dark(96, 64))
                    .map(image -> engine.infer(model, List.of(ImageSource.of("image.png", image)), InferenceOptions.DEFAULTS)
                            .toCompletableFuture().join().get(0).toJson().path("predictions").size()).toList();

            assertThat(found.get(1)).isNotEqualTo(found.get(0));
            assertThat(found.get(2)).isEqualTo(found.get(0));
        }
    }
}
