package io.github.camelroboflow.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares the results of nets that are exported as other projects export them with results that were computed outside this program
 * ({@code src/models/exported_boxes.py}).
 */
class ExportedBoxesTest {

    private static final Path NETS = Path.of("src/test/resources/exported");

    @ParameterizedTest
    @ValueSource(strings = {"ultralytics-rtdetr", "transformers-rtdetr", "yolox", "yolox-decoded", "ultralytics-transposed",
        "nms-inside"})
    void giveTheNumbersThatWereComputedOutside(String name) throws IOException {
        Path folder = NETS.resolve(name).resolve("1");
        JsonNode expected = new ObjectMapper().readTree(folder.resolve("expected.json").toFile()).path("predictions");
        JsonNode actual;
        try (EmbeddedEngine engine = new EmbeddedEngine(NETS)) {
            actual = engine.infer(new ModelId(name + "/1"), List.of(ImageSource.of(folder.resolve("image.png"))),
                    InferenceOptions.DEFAULTS).toCompletableFuture().join().get(0).toJson().path("predictions");
        }

        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            JsonNode one = actual.path(i);
            JsonNode right = expected.path(i);
            assertThat(one.path("class").asText()).isEqualTo(right.path("class").asText());
            assertThat(one.path("confidence").asDouble()).isCloseTo(right.path("confidence").asDouble(), within(1e-5));
            for (String field : List.of("x", "y", "width", "height")) {
                assertThat(one.path(field).asDouble()).as(field).isEqualTo(right.path(field).asDouble());
            }
        }
    }
}
