package io.github.camelroboflow.embedded.decode;

import static io.github.camelroboflow.inference.InferenceOption.CLASSES;
import static io.github.camelroboflow.inference.InferenceOption.CONFIDENCE;
import static io.github.camelroboflow.inference.InferenceOption.MAX_DETECTIONS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.embedded.decode.BoxLayout.ColumnLayout;
import io.github.camelroboflow.embedded.session.FloatTensor.WrongOutputException;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.geometry.Box;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnLayoutTest {

    /** Decodes anchors: centre, width, height, then the scores of bolt and nut. */
    private static List<Detection> decode(InferenceOptions options, float[]... anchors) {
        return Decoding.detections(new YoloDecoder(List.of("bolt", "nut"), new ColumnLayout(0, 2), BoxDetails.NONE), options,
                Decoding.columns(anchors));
    }

    private static InferenceOptions confidence(double confidence) {
        return InferenceOptions.DEFAULTS.with(CONFIDENCE, confidence);
    }

    @Test
    void takesTheBestClassOfEachAnchor() {
        List<Detection> detections = decode(InferenceOptions.DEFAULTS, new float[] {50, 60, 20, 10, 0.5f, 0.75f},
                new float[] {150, 160, 20, 10, 0.875f, 0.1f}, new float[] {250, 60, 20, 10, 0.25f, 0.3f});

        assertThat(detections).extracting(Detection::className).containsExactly("bolt", "nut");
        assertThat(detections).extracting(Detection::classId).containsExactly(0, 1);
        assertThat(detections).extracting(Detection::confidence).containsExactly(0.875, 0.75);
        assertThat(detections).extracting(Detection::box).containsExactly(new Box(140, 155, 160, 165), new Box(40, 55, 60, 65));
        assertThat(detections).extracting(Detection::detectionId).doesNotHaveDuplicates().allMatch(id -> id.length() == 36);
    }

    @Test
    void theScoreMustExceedTheThreshold() {
        float[] anchor = {50, 60, 20, 10, 0.5f, 0};

        assertThat(decode(confidence(0.5), anchor)).isEmpty();
        assertThat(decode(confidence(0.499), anchor)).hasSize(1);
        assertThat(decode(confidence(0), anchor, new float[] {150, 60, 20, 10, 0, 0})).hasSize(1);
        assertThat(decode(confidence(1), new float[] {50, 60, 20, 10, 1, 0})).isEmpty();
    }

    @Test
    void theThresholdHasThePrecisionOfTheScores() {
        assertThat(decode(confidence(0.4), new float[] {50, 60, 20, 10, 0.4f, 0})).isEmpty();
    }

    @Test
    void classesAreFilteredAfterMaxDetections() {
        float[] nut = {50, 60, 20, 10, 0, 0.9f};
        float[] bolt = {150, 60, 20, 10, 0.8f, 0};

        assertThat(decode(InferenceOptions.DEFAULTS.with(CLASSES, List.of("bolt")), nut, bolt)).hasSize(1);
        assertThat(decode(InferenceOptions.DEFAULTS.with(CLASSES, List.of("bolt")).with(MAX_DETECTIONS, 1), nut, bolt)).isEmpty();
    }

    @Test
    void valuesThatAreNotNumbersGiveNoDetection() {
        assertThat(decode(confidence(0), new float[] {50, 60, 20, 10, Float.NaN, Float.NaN},
                new float[] {Float.NaN, 60, 20, 10, 0.9f, 0}, new float[] {50, 60, 20, 10, 0, 0.5f})).hasSize(1);
        assertThatThrownBy(() -> decode(confidence(0), new float[] {50, 60, 20, 10, Float.NaN, Float.NaN}))
                .isInstanceOf(WrongOutputException.class);
    }

    @Test
    void aScoreThatIsNoNumberDoesNotHideAnotherNet() {
        float[] nan = {50, 60, 20, 10, Float.NaN, Float.NaN};
        float[] logits = {150, 60, 20, 10, 0.5f, -3};

        assertThatThrownBy(() -> decode(confidence(0.4), nan, logits)).hasMessageContaining("score -3.0");
        assertThatThrownBy(() -> decode(confidence(0.4), logits, nan)).hasMessageContaining("score -3.0");
    }

    @ParameterizedTest
    @ValueSource(floats = {14.57f, -3})
    void otherScoresMeanAnotherNet(float score) {
        assertThatThrownBy(() -> decode(confidence(0.4), new float[] {50, 60, 20, 10, 0.1f, score}))
                .isInstanceOf(WrongOutputException.class).hasMessageContaining("score " + score);
    }
}
