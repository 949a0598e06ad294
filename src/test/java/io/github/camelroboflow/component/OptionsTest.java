package io.github.camelroboflow.component;

import static io.github.camelroboflow.inference.InferenceOption.CONFIDENCE;
import static io.github.camelroboflow.inference.InferenceOption.MAX_DETECTIONS;
import static io.github.camelroboflow.inference.InferenceOption.OVERLAP;
import static io.github.camelroboflow.inference.InferenceOption.REQUEST_TIMEOUT;
import static io.github.camelroboflow.inference.InferenceOption.TILE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.component.fixture.FakeEngineContext;
import io.github.camelroboflow.embedded.session.EmbeddedSettings;
import io.github.camelroboflow.embedded.session.EmbeddedSettings.ExecutionProvider;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OptionsTest {

    private final FakeEngineContext camel = new FakeEngineContext();

    @AfterAll
    void stop() {
        camel.close();
    }

    private InferenceOptions options(String query) {
        return camel.context.getEndpoint("roboflow:parts/1?engine=#fake&" + query, RoboflowEndpoint.class).getConfiguration()
                .inferenceOptions();
    }

    @Test
    void withoutOptionsAnEngineGetsTheDefaultsOfRoboflowsServer() {
        camel.send(FakeEngineContext.ENDPOINT, new byte[] {1}, Map.of());

        InferenceOptions options = camel.engine.onlyCall().options();
        assertThat(options).isEqualTo(InferenceOptions.DEFAULTS);
        assertThat(List.of(options.get(CONFIDENCE), options.get(OVERLAP), options.get(MAX_DETECTIONS)))
                .containsExactly(0.4, 0.3, 300);
        assertThat(options.get(REQUEST_TIMEOUT)).isEqualTo(Duration.ofMinutes(2));
    }

    @ParameterizedTest
    @CsvSource({"0.4, 0.4", "40%, 0.4", "40%25, 0.4", "0, 0", "1, 1", "100%, 1", "0.5%, 0.005", "1e-2, 0.01"})
    void aShareIsAFractionOrAPercentage(String written, double value) {
        assertThat(options("confidence=" + written).get(CONFIDENCE)).isEqualTo(value);
        assertThat(options("overlap=" + written).get(OVERLAP)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({"640, 640, 640", "640x480, 640, 480", "32x9000, 32, 9000", "0, 0, 0"})
    void aTileIsASizeOrTheSideOfASquareOrNone(String written, int width, int height) {
        assertThat(options("tile=" + written).get(TILE)).isEqualTo(new ImageSize(width, height));
        assertThat(options("tile=" + written).isChanged(TILE)).isEqualTo(width > 0);
    }

    @Test
    void tilesAreRefusedWhereAServerRunsTheModel() {
        String uri = "roboflow:parts/1?apiKey=k&tile=640";
        assertThatThrownBy(() -> camel.context.getEndpoint(uri)).hasStackTraceContaining(
                "tile=640 is for runtime=embedded: a server gets each image as a whole");
    }

    @Test
    void tilesAreRefusedForAModelThatClassifiesWholeImages() {
        String uri = "roboflow:cls-multi?runtime=embedded&tile=640&modelsDirectory=src/test/resources/golden/models";
        assertThatThrownBy(() -> camel.context.getEndpoint(uri).createProducer().start()).hasStackTraceContaining(
                "tile=640 is not for cls-multi, which classifies whole images (multi-label-classification):"
                + " leave out tile");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            confidence=40            | confidence=40 is out of range: it is a fraction; did you mean 40%?
            confidence=1.5           | confidence=1.5 is out of range: it is a fraction; did you mean 1.5%?
            confidence=101%25        | confidence=101% is out of range: it is from 0 to 1, or 0% to 100%
            confidence=-0.1          | confidence=-0.1 is out of range: it is from 0 to 1, or 0% to 100%
            confidence=1e999999999%25 | confidence=1e999999999% is out of range
            confidence=high          | confidence=high is no share: write a fraction such as 0.4, or 40%
            overlap=NaN              | overlap=NaN is no share: write a fraction such as 0.4, or 40%
            overlap=30               | overlap=30 is out of range: it is a fraction; did you mean 30%?
            maxDetections=0          | maxDetections=0 is out of range: it must be 1 or more
            maxPixels=-1             | maxPixels=-1 is out of range: it must be 1 or more
            requestTimeout=0         | requestTimeout=0 is out of range: it must be 1 or more
            intraOpThreads=-1        | intraOpThreads=-1 is out of range: it is a number of threads up to 256, or 0
            maxLoadedModels=0        | maxLoadedModels=0 is out of range: it must be 1 or more
            tile=640*480             | tile=640*480 is no size in pixels: write 640x480, or 640 for a square
            tile=large               | tile=large is no size in pixels: write 640x480, or 640 for a square
            tile=31                  | tile=31x31 is out of range: each side has 32 pixels or more
            tile=640x0               | tile=640x0 is out of range: each side has 32 pixels or more
            tileOverlap=1            | tileOverlap=1.0 is out of range: it is a fraction from 0 to below 1
            tileOverlap=20           | tileOverlap=20 is out of range: it is a fraction; did you mean 20%?
            maxConcurrentRequests=-1 | maxConcurrentRequests=-1 is out of range: it must be 1 or more, or 0
            """)
    void aWrongValueStopsTheRouteAndNamesTheOption(String query, String sentence) {
        assertThatThrownBy(() -> camel.context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:" + query.hashCode()).to("roboflow:parts/1?engine=#fake&" + query);
            }
        })).isInstanceOf(FailedToCreateRouteException.class).rootCause().hasMessageStartingWith(sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"confidense=0.4", "runtime=cloud", "whenFull=wait", "maxDetections=many", "failFast=maybe"})
    void anUnknownOptionOrChoiceIsRefusedByName(String query) {
        assertThatThrownBy(() -> options(query)).hasStackTraceContaining(query.substring(0, query.indexOf('=')));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret", "a/b/c", "a//1", "/etc/passwd", "a b", ".hidden/1", "a/..", "a/1#x"})
    void aWrongModelIdIsRefused(String target) {
        assertThatThrownBy(() -> new ModelId(target)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + target + "' is not a model id: use project/version, such as my-project/3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"roboflow:parts/1", "roboflow://parts/1", "roboflow:rfdetr-base", "roboflow:my-workspace/my_model.v2"})
    void aTargetIsAProjectAndVersionAModelOrAnAlias(String uri) {
        assertThat(camel.context.getEndpoint(uri + "?engine=#fake", RoboflowEndpoint.class).getTarget())
                .isEqualTo(uri.replaceFirst("roboflow:(//)?", ""));
    }

    @Test
    void theComponentsOptionsAreTheEndpointsDefaults() {
        try (FakeEngineContext own = new FakeEngineContext()) {
            RoboflowConfiguration defaults = new RoboflowConfiguration();
            defaults.setConfidence("60%");
            defaults.setMaxDetections(7);
            own.context.getComponent("roboflow", RoboflowComponent.class).setConfiguration(defaults);
            own.send("roboflow:parts/1?engine=#fake&maxDetections=8", new byte[] {1}, Map.of());

            assertThat(own.engine.onlyCall().options().get(CONFIDENCE)).isEqualTo(0.6);
            assertThat(own.engine.onlyCall().options().get(MAX_DETECTIONS)).isEqualTo(8);
            assertThat(defaults.getMaxDetections()).isEqualTo(7);
        }
    }

    @Test
    void anEndpointIsRemoteOnlyIfItIsHosted() {
        assertThat(camel.context.getEndpoint("roboflow:parts/1?apiKey=k").isRemote()).isTrue();
        assertThat(camel.context.getEndpoint("roboflow:parts/1?runtime=embedded").isRemote()).isFalse();
    }

    @Test
    void optionsOfEmbeddedModelsAreOptionsOfTheEndpoint() {
        assertThat(camel.context.getEndpoint("roboflow:parts/1?runtime=embedded", RoboflowEndpoint.class).getConfiguration()
                .embeddedSettings()).isEqualTo(EmbeddedSettings.DEFAULTS);
        String uri = "roboflow:parts/1?runtime=embedded&intraOpThreads=2&executionProvider=cuda&maxLoadedModels=3";
        assertThat(camel.context.getEndpoint(uri, RoboflowEndpoint.class).getConfiguration().embeddedSettings())
                .isEqualTo(new EmbeddedSettings(2, ExecutionProvider.CUDA, 3));
    }

    @Test
    void aRouteCanNotStartFromAModel() {
        assertThatThrownBy(() -> camel.context.getEndpoint("roboflow:parts/1?runtime=embedded").createConsumer(exchange -> { }))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("roboflow:parts/1 can't be a route's start: it takes images with 'to'");
    }
}
