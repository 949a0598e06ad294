package io.github.camelroboflow.embedded.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.embedded.decode.BoxLayout.SplitLayout;
import io.github.camelroboflow.embedded.session.FloatTensor;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.geometry.Box;
import java.util.List;
import org.junit.jupiter.api.Test;

class SplitLayoutTest {

    private static List<Detection> decode(FloatTensor boxes, FloatTensor scores) {
        return Decoding.detections(new YoloDecoder(List.of("bolt", "nut"), new SplitLayout(), BoxDetails.NONE), boxes, scores);
    }

    @Test
    void boxesAreEdgesAndTheBestClassCounts() {
        List<Detection> detections = decode(Decoding.rows(new float[] {40, 55, 60, 65}, new float[] {140, 55, 160, 65}),
                Decoding.rows(new float[] {0.5f, 0.75f}, new float[] {0.3f, 0.2f}));

        assertThat(detections).extracting(Detection::className).containsExactly("nut");
        assertThat(detections.get(0).confidence()).isEqualTo(0.75);
        assertThat(detections.get(0).box()).isEqualTo(new Box(40, 55, 60, 65));
    }

    @Test
    void overlappingOnesAreSuppressed() {
        assertThat(decode(Decoding.rows(new float[] {40, 55, 60, 65}, new float[] {41, 55, 61, 65}),
                Decoding.rows(new float[] {0.5f, 0}, new float[] {0.625f, 0}))).extracting(Detection::confidence)
                        .containsExactly(0.625);
    }
}
