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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
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
