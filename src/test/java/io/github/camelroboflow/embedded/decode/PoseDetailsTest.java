package io.github.camelroboflow.embedded.decode;

import static io.github.camelroboflow.inference.InferenceOption.KEYPOINT_CONFIDENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.embedded.decode.BoxDetails.PoseDetails;
import io.github.camelroboflow.embedded.decode.BoxLayout.EndToEndLayout;
import io.github.camelroboflow.embedded.model.ModelDeclaration.KeypointNames;
import io.github.camelroboflow.embedded.session.FloatTensor.WrongOutputException;
import io.github.camelroboflow.inference.Detection.Keypoint;
import io.github.camelroboflow.inference.InferenceOptions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PoseDetailsTest {

    private static final KeypointNames NAMES = new KeypointNames(Map.of(0, List.of("head", "tip"), 1, List.of("middle")),
            Map.of());

    /** Decodes an object of that class with two keypoints: one in the image, one beyond its left edge. */
    private static List<Keypoint> decode(KeypointNames names, int classId, InferenceOptions options) {
        float[] row = {50, 50, 150, 150, 0.9f, classId, 100.5f, 60.25f, 0.75f, -7, 20, 0.25f};
        return Decoding.detections(new YoloDecoder(List.of("bolt", "nut", "gear"), new EndToEndLayout(0, 3),
                new PoseDetails(2, names)), options, Decoding.rows(row)).get(0).keypoints();
    }

    @Test
    void keypointsAreWholePixelsAndMayLieOutside() {
        assertThat(decode(NAMES, 0, InferenceOptions.DEFAULTS)).containsExactly(new Keypoint(100, 60, 0.75, "head", 0),
                new Keypoint(-7, 20, 0.25, "tip", 1));
    }

    @Test
    void aClassWithFewerKeypointsHasOnlyItsOwn() {
        assertThat(decode(NAMES, 1, InferenceOptions.DEFAULTS)).extracting(Keypoint::className).containsExactly("middle");
        assertThat(decode(NAMES, 2, InferenceOptions.DEFAULTS)).isEmpty();
    }

    @Test
    void withoutNamesTheIndexIsTheName() {
        assertThat(decode(KeypointNames.UNKNOWN, 2, InferenceOptions.DEFAULTS)).extracting(Keypoint::className)
                .containsExactly("0", "1");
    }

    @Test
    void keypointsBelowTheConfidenceAreLeftOut() {
        InferenceOptions options = InferenceOptions.DEFAULTS;

        assertThat(decode(NAMES, 0, options.with(KEYPOINT_CONFIDENCE, 0.5))).extracting(Keypoint::classId).containsExactly(0);
        assertThat(decode(NAMES, 0, options.with(KEYPOINT_CONFIDENCE, 0.75))).hasSize(1);
        assertThat(decode(NAMES, 0, options.with(KEYPOINT_CONFIDENCE, 1.0))).isEmpty();
    }

    @Test
    void objectsWithKeypointsThatAreNoNumbersAreDropped() {
        YoloDecoder decoder = new YoloDecoder(List.of("bolt"), new EndToEndLayout(0, 1), new PoseDetails(1, KeypointNames.UNKNOWN));
        float[] good = {50, 50, 150, 150, 0.9f, 0, 100, 60, 0.75f};
        float[] bad = {50, 50, 150, 150, 0.8f, 0, Float.NaN, 60, 0.75f};

        assertThat(Decoding.detections(decoder, Decoding.rows(good, bad))).hasSize(1);
        assertThatThrownBy(() -> Decoding.detections(decoder, Decoding.rows(bad))).isInstanceOf(WrongOutputException.class);
        assertThatThrownBy(() -> Decoding.detections(decoder, Decoding.rows(new float[] {50, 50, 150, 150, 0.9f, 0, 100, 60, 4})))
                .isInstanceOf(WrongOutputException.class).hasMessageContaining("score 4");
    }
}
