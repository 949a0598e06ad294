package io.github.camelroboflow.embedded.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.embedded.golden.Deviation.Measure;
import io.github.camelroboflow.inference.SemanticSegmentation;

/** Compares semantic segmentations pixel by pixel: the classes, and the confidences of pixels with equal classes. */
final class SegmentationComparison {

    private SegmentationComparison() {
    }

    static Deviation compare(SemanticSegmentation expected, SemanticSegmentation actual) {
        assertThat(actual.classMap()).isEqualTo(expected.classMap());
        assertThat(actual.mask().size()).isEqualTo(expected.mask().size());
        assertThat(actual.confidenceMask().size()).isEqualTo(expected.confidenceMask().size());
        byte[] ours = actual.mask().values();
        byte[] theirs = expected.mask().values();
        int differing = 0;
        int worst = 0;
        for (int i = 0; i < ours.length; i++) {
            if (ours[i] != theirs[i]) {
                differing++;
            } else {
                int confidence = actual.confidenceMask().values()[i] & 0xff;
                worst = Math.max(worst, Math.abs(confidence - (expected.confidenceMask().values()[i] & 0xff)));
            }
        }
        return Deviation.of(expected.presentClassIds().size()).with(Measure.PIXELS, (double) differing / ours.length)
                .with(Measure.CONFIDENCE, worst / 255.0);
    }
}
