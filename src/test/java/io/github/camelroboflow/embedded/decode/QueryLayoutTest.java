package io.github.camelroboflow.embedded.decode;

import static io.github.camelroboflow.embedded.decode.Decoding.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.embedded.decode.BoxLayout.QueryLayout;
import io.github.camelroboflow.embedded.session.FloatTensor;
import io.github.camelroboflow.embedded.session.FloatTensor.WrongOutputException;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.geometry.Box;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueryLayoutTest {

    private static List<Detection> decode(int scores, FloatTensor... outputs) {
        return Decoding.detections(new YoloDecoder(List.of("bolt", "nut"), new QueryLayout(Decoding.SIZE, 0, scores, 2),
                BoxDetails.NONE), outputs);
    }

    @Test
    void aQueryGivesItsBestClass() {
        List<Detection> found = decode(0, rows(new float[] {0.5f, 0.5f, 0.25f, 0.5f, 0.75f, 0.875f}));

        assertThat(found).extracting(Detection::className).containsExactly("nut");
        assertThat(found.get(0).box()).isEqualTo(new Box(120, 80, 200, 240));
    }

    /** Transformers takes as many of all scores as there are queries. */
    @Test
    void logitsGiveNoMoreObjectsThanThereAreQueries() {
        FloatTensor boxes = rows(new float[] {0.5f, 0.5f, 0.25f, 0.5f}, new float[] {0.25f, 0.5f, 0.25f, 0.5f});
        FloatTensor logits = rows(new float[] {4, 3}, new float[] {1, 2});

        assertThat(decode(1, boxes, logits)).extracting(Detection::className).containsExactly("bolt", "nut");
        assertThat(decode(1, boxes, logits)).extracting(Detection::x).containsExactly(160.0, 160.0);
    }

    @Test
    void sidesInPixelsMeanAnotherNet() {
        assertThatThrownBy(() -> decode(0, rows(new float[] {50, 60, 20, 10, 0.9f, 0})))
                .isInstanceOf(WrongOutputException.class).hasMessageContaining("the side 20.0");
    }
}
