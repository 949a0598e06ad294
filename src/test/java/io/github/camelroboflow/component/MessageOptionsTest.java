package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.component.fixture.FakeEngineContext;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
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

    /** What a header's value makes of the option. */
    static Stream<Arguments> headers() {
        return Stream.of(header("Confidence", "60%", InferenceOptions::confidence, 0.6),
                header("Confidence", 0.6, InferenceOptions::confidence, 0.6),
                header("Overlap", "0.5", InferenceOptions::overlap, 0.5),
                header("MaxDetections", "5", InferenceOptions::maxDetections, 5),
                header("Classes", "gear, bolt", InferenceOptions::classes, List.of("gear", "bolt")),
                header("Classes", List.of("a, b"), InferenceOptions::classes, List.of("a, b")),
                header("ClassAgnosticNms", true, InferenceOptions::classAgnosticNms, true),
                header("DisablePreprocAutoOrient", "true", InferenceOptions::disablePreprocAutoOrient, true),
                header("DisablePreprocContrast", "true", InferenceOptions::disablePreprocContrast, true),
                header("DisablePreprocGrayscale", "true", InferenceOptions::disablePreprocGrayscale, true),
                header("DisablePreprocStaticCrop", "true", InferenceOptions::disablePreprocStaticCrop, true),
                header("AllowTruncatedImages", "true", InferenceOptions::allowTruncatedImages, true),
                header("Tile", "640x480", InferenceOptions::tile, new ImageSize(640, 480)),
                header("Tile", 640, InferenceOptions::tile, new ImageSize(640, 640)),
                header("TileOverlap", "30%", InferenceOptions::tileOverlap, 0.3),
                header("Labels", "true", InferenceOptions::labels, true), header("Stroke", "3", InferenceOptions::stroke, 3));
    }

    private static Arguments header(String name, Object value, Function<InferenceOptions, Object> option, Object expected) {
        return Arguments.of("CamelRoboflowOption" + name, value, option, expected);
    }

    @ParameterizedTest(name = "{0}={1}")
    @MethodSource("headers")
    void aHeaderSetsItsOptionForOneCallAndIsGone(String name, Object value, Function<InferenceOptions, Object> option,
                                                 Object expected) {
        Exchange exchange = camel.send(FakeEngineContext.ENDPOINT, IMAGE, Map.of(name, value));

        assertThat(exchange.getException()).isNull();
        assertThat(option.apply(lastOptions())).isEqualTo(expected);
        assertThat(exchange.getMessage().getHeaders()).doesNotContainKey(name);

        camel.send(IMAGE);
        assertThat(lastOptions()).isEqualTo(InferenceOptions.DEFAULTS);
    }

    @Test
    void upperAndLowerCaseOfAHeaderDoNotMatter() {
        camel.send(FakeEngineContext.ENDPOINT, IMAGE, Map.of("camelroboflowoptionconfidence", "0.7"));
        assertThat(lastOptions().confidence()).isEqualTo(0.7);
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource(delimiter = '|', textBlock = """
            Confidense       | 0.5   | the header CamelRoboflowOptionConfidense sets no option: known are [
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
