package io.github.camelroboflow.embedded.decode;

import static io.github.camelroboflow.inference.InferenceOption.CONFIDENCE;
import static io.github.camelroboflow.inference.InferenceOption.MAX_DETECTIONS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.embedded.decode.BoxLayout.EndToEndLayout;
import io.github.camelroboflow.embedded.session.FloatTensor.WrongOutputException;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.geometry.Box;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndToEndLayoutTest {

    private static final EndToEndLayout LAYOUT = new EndToEndLayout(0, 2);

    /** Decodes rows: x1, y1, x2, y2, score, class id. */
    private static List<Detection> decode(InferenceOptions options, float[]... rows) {
        return Decoding.detections(new YoloDecoder(List.of("bolt", "nut"), LAYOUT, BoxDetails.NONE), options, Decoding.rows(rows));
    }

    @Test
    void rowsAreDetections() {
        List<Detection> detections = decode(InferenceOptions.DEFAULTS, new float[] {40, 55, 60, 65, 0.5f, 1});

        assertThat(detections).extracting(Detection::className).containsExactly("nut");
        assertThat(detections.get(0).confidence()).isEqualTo(0.5);
        assertThat(detections.get(0).box()).isEqualTo(new Box(40, 55, 60, 65));
    }

    @Test
    void overlappingBoxesAreNotSuppressedAndTheBestAreKept() {
        float[] one = {40, 55, 60, 65, 0.5f, 1};
        float[] other = {40, 55, 60, 65, 0.75f, 1};

        assertThat(decode(InferenceOptions.DEFAULTS, one, other)).extracting(Detection::confidence).containsExactly(0.75, 0.5);
        assertThat(decode(InferenceOptions.DEFAULTS.with(MAX_DETECTIONS, 1), one, other)).extracting(Detection::confidence)
                .containsExactly(0.75);
    }

    @Test
    void emptyRowsAreLeftOut() {
        assertThat(decode(InferenceOptions.DEFAULTS.with(CONFIDENCE, 0.0), new float[6], new float[] {0, 0, 0, 0, 0, -1}))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(floats = {2, -1, 0.5f, Float.NaN})
    void otherClassIdsMeanAnotherNet(float classId) {
        assertThatThrownBy(() -> decode(InferenceOptions.DEFAULTS, new float[] {1, 1, 9, 9, 0.3f, classId}))
                .isInstanceOf(WrongOutputException.class).hasMessageContaining("class id " + classId)
                .hasMessageContaining("2 classes");
    }

    @ParameterizedTest
    @ValueSource(floats = {14.57f, -3})
    void otherScoresMeanAnotherNet(float score) {
        assertThatThrownBy(() -> decode(InferenceOptions.DEFAULTS, new float[] {1, 1, 9, 9, score, 0}))
                .isInstanceOf(WrongOutputException.class).hasMessageContaining("score " + score);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, 1})
    void boxesWithoutAreaAreDropped(float x2) {
        float[] good = {1, 1, 9, 9, 0.9f, 0};
        float[] bad = {1, 1, x2, 9, 0.9f, 0};

        assertThat(decode(InferenceOptions.DEFAULTS, good, bad)).hasSize(1);
        assertThatThrownBy(() -> decode(InferenceOptions.DEFAULTS, bad, bad)).isInstanceOf(WrongOutputException.class)
                .hasMessageContaining("2 of its 2 boxes");
    }

    @Test
    void aScoreThatIsNoNumberIsDropped() {
        float[] bad = {1, 1, 9, 9, Float.NaN, 0};

        assertThat(decode(InferenceOptions.DEFAULTS, new float[] {1, 1, 9, 9, 0.9f, 0}, bad)).hasSize(1);
        assertThatThrownBy(() -> decode(InferenceOptions.DEFAULTS, bad)).isInstanceOf(WrongOutputException.class);
    }

    @Test
    void boxesWithinOnePixelAreNotInPixels() {
        assertThatThrownBy(() -> decode(InferenceOptions.DEFAULTS, new float[] {0.1f, 0.2f, 0.5f, 0.9f, 0.9f, 0}))
                .isInstanceOf(WrongOutputException.class).hasMessageContaining("within one pixel");
    }

    @Test
    void extrasFollowTheClass() {
        float[] extras = new float[2];
        LAYOUT.extras(List.of(Decoding.rows(new float[8], new float[] {1, 2, 3, 4, 5, 6, 7, 8})), 1, extras);

        assertThat(extras).containsExactly(7, 8);
    }
}
