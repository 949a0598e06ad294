package io.github.camelroboflow.embedded.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.embedded.decode.BoxLayout.RowLayout;
import io.github.camelroboflow.embedded.session.FloatTensor.WrongOutputException;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.geometry.Box;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowLayoutTest {

    private static final RowLayout LAYOUT = new RowLayout(0, 2);

    /** Decodes anchors: centre, width, height, objectness, then the scores of bolt and nut. */
    private static List<Detection> decode(float[]... anchors) {
        return Decoding.detections(new YoloDecoder(List.of("bolt", "nut"), LAYOUT, BoxDetails.NONE), InferenceOptions.DEFAULTS,
                Decoding.rows(anchors));
    }

    @Test
    void objectnessDecidesButTheClassScoreIsReported() {
        List<Detection> detections = decode(new float[] {50, 60, 20, 10, 0.5f, 0.1f, 0.25f},
                new float[] {150, 60, 20, 10, 0.3f, 1, 1});

        assertThat(detections).extracting(Detection::className).containsExactly("nut");
        assertThat(detections.get(0).confidence()).isEqualTo(0.25);
        assertThat(detections.get(0).box()).isEqualTo(new Box(40, 55, 60, 65));
    }

    @Test
    void theHigherClassScoreComesFirstAndSuppresses() {
        List<Detection> detections = decode(new float[] {50, 60, 20, 10, 0.9f, 0.5f, 0},
                new float[] {51, 60, 20, 10, 0.6f, 0.75f, 0}, new float[] {150, 60, 20, 10, 0.5f, 0, 0.625f});

        assertThat(detections).extracting(Detection::confidence).containsExactly(0.75, 0.625);
    }

    @Test
    void valuesThatAreNotNumbersGiveNoDetection() {
        float[] good = {50, 60, 20, 10, 1, 0.5f, 0};

        assertThat(decode(good, new float[] {50, 60, 20, 10, Float.NaN, 1, 1},
                new float[] {50, 60, 20, 10, 1, Float.NaN, Float.NaN})).hasSize(1);
        assertThatThrownBy(() -> decode(new float[] {50, 60, 20, 10, Float.NaN, 1, 1})).isInstanceOf(WrongOutputException.class);
    }

    @Test
    void extrasFollowTheScores() {
        float[] extras = new float[2];
        LAYOUT.extras(List.of(Decoding.rows(new float[9], new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9})), 1, extras);

        assertThat(extras).containsExactly(8, 9);
    }
}
