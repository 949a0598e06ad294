package io.github.camelroboflow.embedded.decode;

import static io.github.camelroboflow.inference.InferenceOption.RESPONSE_MASK_FORMAT;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.embedded.decode.BoxDetails.PrototypeMasks;
import io.github.camelroboflow.embedded.decode.BoxLayout.EndToEndLayout;
import io.github.camelroboflow.embedded.session.FloatTensor;
import io.github.camelroboflow.embedded.session.NativeLibraries;
import io.github.camelroboflow.embedded.session.TestTensors;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InferenceOptions.ResponseMaskFormat;
import io.github.camelroboflow.inference.geometry.Box.Point;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PrototypeMasksTest {

    private static final InferenceOptions RUNS = InferenceOptions.DEFAULTS.with(RESPONSE_MASK_FORMAT, ResponseMaskFormat.RLE);

    @BeforeAll
    static void load() {
        NativeLibraries.load();
    }

    /** Decodes a box from 80, 80 to 160, 160 with two prototypes: one is 1 everywhere, the other in the left half of the image. */
    private static Detection decode(boolean sigmoid, float all, float left, InferenceOptions options) {
        FloatTensor prototypes = TestTensors.allocate("output1", 1, 2, 80, 80);
        for (int i = 0; i < 80 * 80; i++) {
            prototypes.values().put(i, 1);
            prototypes.values().put(80 * 80 + i, i % 80 < 30 ? 1 : 0);
        }
        YoloDecoder decoder = new YoloDecoder(List.of("bolt"), new EndToEndLayout(0, 1), new PrototypeMasks(1, 2, sigmoid));
        return Decoding.detections(decoder, options, Decoding.rows(new float[] {80, 80, 160, 160, 0.9f, 0, all, left}), prototypes)
                .get(0);
    }

    private static long area(Detection detection) {
        return detection.rle().mask().area();
    }

    @Test
    void theMaskEndsAtTheBox() {
        // between 1 in the box and 0 outside it, half of both is at the edge; the pixels in the corners have less than half
        assertThat(area(decode(true, 50, 0, RUNS))).isEqualTo(80 * 80 - 4);
        assertThat(decode(true, 50, 0, InferenceOptions.DEFAULTS).points()).containsExactlyInAnyOrder(new Point(81, 80),
                new Point(80, 81), new Point(80, 158), new Point(81, 159), new Point(158, 159), new Point(159, 158),
                new Point(159, 81), new Point(158, 80));
    }

    @Test
    void withoutASigmoidTheMaskReachesOnePrototypePixelFarther() {
        assertThat(area(decode(false, 50, 0, RUNS))).isEqualTo(84 * 84);
    }

    @Test
    void coefficientsMixThePrototypes() {
        Detection half = decode(true, -50, 100, RUNS);

        assertThat(area(half)).isEqualTo(40 * 80 - 4);
        assertThat(area(decode(true, -50, 0, RUNS))).isZero();
    }

    @Test
    void aMaskIsWrittenInOneForm() {
        Detection runs = decode(true, 50, 0, RUNS);
        Detection outline = decode(true, 50, 0, InferenceOptions.DEFAULTS);

        assertThat(runs.points()).isEmpty();
        assertThat(outline.rle()).isNull();
        assertThat(area(decode(true, -50, 0, InferenceOptions.DEFAULTS))).as("an empty one").isZero();
        assertThat(outline.mask().orElseThrow().area()).isEqualTo(area(runs));
    }
}
