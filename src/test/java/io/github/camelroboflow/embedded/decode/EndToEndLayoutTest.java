package io.github.camelroboflow.embedded.decode;

import static io.github.camelroboflow.inference.InferenceOption.CONFIDENCE;
import static io.github.camelroboflow.inference.InferenceOption.MAX_DETECTIONS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.embedded.decode.BoxLayout.EndToEndLayout;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.geometry.Box;
import java.util.List;
import org.junit.jupiter.api.Test;

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
    void emptyRowsAndUnknownClassesAreLeftOut() {
        assertThat(decode(InferenceOptions.DEFAULTS.with(CONFIDENCE, 0.0), new float[6], new float[] {1, 1, 9, 9, 0.9f, 2},
                new float[] {1, 1, 9, 9, 0.9f, -1}, new float[] {1, 1, 9, 9, Float.NaN, 0})).isEmpty();
    }

    @Test
    void extrasFollowTheClass() {
        float[] extras = new float[2];
        LAYOUT.extras(List.of(Decoding.rows(new float[8], new float[] {1, 2, 3, 4, 5, 6, 7, 8})), 1, extras);

        assertThat(extras).containsExactly(7, 8);
    }
}
