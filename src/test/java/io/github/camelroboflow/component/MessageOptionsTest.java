package io.github.camelroboflow.component;

import static io.github.camelroboflow.inference.InferenceOption.CONFIDENCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.component.fixture.FakeEngineContext;
import io.github.camelroboflow.inference.InferenceOption;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MessageOptionsTest {

    private static final byte[] IMAGE = {1};

    private final FakeEngineContext camel = new FakeEngineContext();

    @AfterAll
    void stop() {
        camel.close();
    }

    private InferenceOptions lastOptions() {
        return camel.engine.calls.get(camel.engine.calls.size() - 1).options();
    }

    /** Values of headers, with the values of the options that they set. */
    static Stream<Arguments> headers() {
        return Stream.of(header("Confidence", "60%", InferenceOption.CONFIDENCE, 0.6),
                header("Confidence", 0.6, InferenceOption.CONFIDENCE, 0.6),
                header("Overlap", "0.5", InferenceOption.OVERLAP, 0.5),
                header("MaxDetections", "5", InferenceOption.MAX_DETECTIONS, 5),
                header("Classes", "gear, bolt", InferenceOption.CLASSES, List.of("gear", "bolt")),
                header("Classes", List.of("a, b"), InferenceOption.CLASSES, List.of("a, b")),
                header("ClassAgnosticNms", true, InferenceOption.CLASS_AGNOSTIC_NMS, true),
                header("DisablePreprocAutoOrient", "true", InferenceOption.DISABLE_PREPROC_AUTO_ORIENT, true),
                header("DisablePreprocContrast", "true", InferenceOption.DISABLE_PREPROC_CONTRAST, true),
                header("DisablePreprocGrayscale", "true", InferenceOption.DISABLE_PREPROC_GRAYSCALE, true),
                header("DisablePreprocStaticCrop", "true", InferenceOption.DISABLE_PREPROC_STATIC_CROP, true),
                header("AllowDamagedImages", "true", InferenceOption.ALLOW_DAMAGED_IMAGES, true),
                header("Tile", "640x480", InferenceOption.TILE, new ImageSize(640, 480)),
                header("Tile", 640, InferenceOption.TILE, new ImageSize(640, 640)),
                header("TileOverlap", "30%", InferenceOption.TILE_OVERLAP, 0.3),
                header("Labels", "true", InferenceOption.LABELS, true), header("Stroke", "3", InferenceOption.STROKE, 3));
    }

    private static Arguments header(String name, Object value, InferenceOption<?> option, Object expected) {
        return Arguments.of("CamelRoboflowOption" + name, value, option, expected);
    }

    @ParameterizedTest(name = "{0}={1}")
    @MethodSource("headers")
    void aHeaderSetsItsOptionForOneCallAndIsGone(String name, Object value, InferenceOption<?> option, Object expected) {
        Exchange exchange = camel.send(FakeEngineContext.ENDPOINT, IMAGE, Map.of(name, value));

        assertThat(exchange.getException()).isNull();
        assertThat((Object) lastOptions().get(option)).isEqualTo(expected);
        assertThat(exchange.getMessage().getHeaders()).doesNotContainKey(name);

        camel.send(IMAGE);
        assertThat(lastOptions()).isEqualTo(InferenceOptions.DEFAULTS);
    }

    @Test
    void upperAndLowerCaseOfAHeaderDoNotMatter() {
        camel.send(FakeEngineContext.ENDPOINT, IMAGE, Map.of("camelroboflowoptionconfidence", "0.7"));
        assertThat(lastOptions().get(CONFIDENCE)).isEqualTo(0.7);
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource(delimiter = '|', textBlock = """
            Confidense       | 0.5   | the header CamelRoboflowOptionConfidense sets no option: did you mean CamelRoboflowOptionC
            ApiKey           | x     | the header CamelRoboflowOptionApiKey sets no option: known are [
            Runtime          | x     | the header CamelRoboflowOptionRuntime sets no option: known are [
            Confidence       | 40    | CamelRoboflowOptionConfidence=40 is out of range: it is a fraction; did you mean 40%?
            Confidence       | high  | CamelRoboflowOptionConfidence=high is no share: write a fraction such as 0.4, or 40%
            MaxDetections    | many  | the header CamelRoboflowOptionMaxDetections=many is no Integer
            MaxDetections    | 0     | maxDetections=0 is out of range: it must be 1 or more
            Tile             | big   | CamelRoboflowOptionTile=big is no size in pixels: write 640x480, or 640 for a square
            ClassAgnosticNms | maybe | the header CamelRoboflowOptionClassAgnosticNms=maybe is no Boolean
            Format           | gif   | the header CamelRoboflowOptionFormat=gif is no ResultFormat: known are [json
            """)
    void anUnknownOrWrongHeaderFailsTheMessageAndIsGone(String option, String value, String sentence) {
        String name = "CamelRoboflowOption" + option;
        int before = camel.engine.calls.size();
        Exchange exchange = camel.send(FakeEngineContext.ENDPOINT, IMAGE, Map.of(name, value));

        assertThat(exchange.getException()).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith(sentence);
        assertThat(exchange.getMessage().getHeaders()).isEmpty();
        assertThat(camel.engine.calls).hasSize(before);
    }
}
