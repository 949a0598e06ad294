package io.github.camelroboflow.embedded.decode;

import static io.github.camelroboflow.embedded.decode.Decoding.rows;
import static io.github.camelroboflow.inference.InferenceOption.CLASSES;
import static io.github.camelroboflow.inference.InferenceOption.CONFIDENCE;
import static io.github.camelroboflow.inference.InferenceOption.KEYPOINT_CONFIDENCE;
import static io.github.camelroboflow.inference.InferenceOption.MAX_DETECTIONS;
import static io.github.camelroboflow.inference.InferenceOption.OVERLAP;
import static io.github.camelroboflow.inference.InferenceOption.RESPONSE_MASK_FORMAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.camelroboflow.embedded.decode.ModelFamilies.ModelTraits;
import io.github.camelroboflow.embedded.decode.RfDetrDecoder.KeypointBlocks;
import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.embedded.model.ModelDeclaration;
import io.github.camelroboflow.embedded.model.ModelDeclaration.KeypointNames;
import io.github.camelroboflow.embedded.model.WeightsMetadata;
import io.github.camelroboflow.embedded.preprocessing.Placement;
import io.github.camelroboflow.embedded.preprocessing.Preprocessing.ResizeMode;
import io.github.camelroboflow.embedded.session.FloatTensor;
import io.github.camelroboflow.embedded.session.FloatTensor.WrongOutputException;
import io.github.camelroboflow.embedded.session.TestTensors;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detection.Keypoint;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InferenceOptions.ResponseMaskFormat;
import io.github.camelroboflow.inference.Task;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RfDetrDecoderTest {

    /** The first logit stands for the background, the fourth for no class. */
    private static final RfDetrDecoder DECODER = new RfDetrDecoder(List.of("bolt", "nut"), new int[] {-1, 0, 1, -1}, 0, 1, -1);
    private static final FloatTensor BOXES = Decoding.rows(new float[] {0.5f, 0.5f, 0.25f, 0.5f},
            new float[] {0.25f, 0.25f, 0.5f, 0.5f});

    private static List<Detection> decode(InferenceOptions options, float[]... logits) {
        return Decoding.detections(DECODER, options, BOXES, Decoding.rows(logits));
    }

    @Test
    void boxesAreSharesOfTheInput() {
        List<Detection> detections = decode(InferenceOptions.DEFAULTS, new float[] {-9, 0, -9, -9}, new float[] {-9, -9, -9, -9});

        assertThat(detections).extracting(Detection::className).containsExactly("bolt");
        assertThat(detections).extracting(Detection::classId).containsExactly(0);
        assertThat(detections.get(0).confidence()).isEqualTo(0.5);
        assertThat(detections.get(0).box()).isEqualTo(new Box(120, 80, 200, 240));
    }

    @Test
    void oneQueryMayGiveSeveralClasses() {
        assertThat(decode(InferenceOptions.DEFAULTS, new float[] {-9, 1, 2, -9}, new float[] {-9, -9, -9, -9}))
                .extracting(Detection::className).containsExactly("nut", "bolt");
    }

    @Test
    void theBackgroundTakesAPlaceButIsNotReported() {
        assertThat(decode(InferenceOptions.DEFAULTS, new float[] {3, 1, 2, -9}, new float[] {-9, -9, -9, -9}))
                .extracting(Detection::className).containsExactly("nut");
        assertThat(decode(InferenceOptions.DEFAULTS, new float[] {3, 1, -9, 4}, new float[] {-9, -9, -9, -9})).isEmpty();
    }

    @Test
    void maxDetectionsAndOverlapHaveNoEffectButClassesDo() {
        float[][] logits = {{-9, 1, -9, -9}, {-9, -9, 2, -9}};

        assertThat(decode(InferenceOptions.DEFAULTS.with(MAX_DETECTIONS, 1).with(OVERLAP, 0.0), logits)).hasSize(2);
        assertThat(decode(InferenceOptions.DEFAULTS.with(CLASSES, List.of("bolt")), logits)).extracting(Detection::className)
                .containsExactly("bolt");
    }

    @Test
    void theScoreMustExceedTheThreshold() {
        float[][] logits = {{-9, 0, -9, -9}, {-9, -9, -9, -9}};

        assertThat(decode(InferenceOptions.DEFAULTS.with(CONFIDENCE, 0.5), logits)).isEmpty();
        assertThat(decode(InferenceOptions.DEFAULTS.with(CONFIDENCE, 0.499), logits)).hasSize(1);
    }

    @Test
    void theLetterboxOfTheDatasetIsReversed() {
        // 200 x 100 pixels letterboxed in 100 x 100, which the net saw stretched
        Placement placement = Placement.of(ResizeMode.LETTERBOX, new ImageSize(200, 100), new Region(0, 0, 200, 100),
                new ImageSize(100, 100));
        Detections detections = DECODER.decode(List.of(BOXES, Decoding.rows(new float[] {-9, 1, -9, -9}, new float[4])), placement,
                InferenceOptions.DEFAULTS.with(CONFIDENCE, 0.6), () -> InferenceInfo.of("", 0, placement.image()));

        assertThat(detections.predictions()).extracting(Detection::box).containsExactly(new Box(75, 0, 125, 100));
    }

    @Test
    void masksAreNotCutAtTheBox() {
        RfDetrDecoder decoder = new RfDetrDecoder(List.of("bolt", "nut"), new int[] {-1, 0, 1, -1}, 0, 1, 2);
        FloatTensor masks = TestTensors.allocate("masks", 1, 2, 80, 80);
        for (int i = 0; i < 80 * 80; i++) {
            masks.values().put(80 * 80 + i, i % 80 < 40 ? 1 : -1);
        }
        List<Detection> detections = Decoding.detections(decoder,
                InferenceOptions.DEFAULTS.with(RESPONSE_MASK_FORMAT, ResponseMaskFormat.RLE), BOXES,
                Decoding.rows(new float[] {-9, -9, -9, -9}, new float[] {-9, 1, -9, -9}), masks);

        assertThat(detections.get(0).rle().mask().area()).isEqualTo(160 * 320);
    }

    /** A net from before rf-detr 1.8.2, with one class: the first logit stands for no object. */
    @Test
    void eitherLogitOfASingleClassFindsItsOwnKeypoints() {
        ModelTraits traits = new ModelTraits(Map.of("dets", new long[] {1, 1, 4}, "labels", new long[] {1, 1, 2}, "keypoints",
                new long[] {1, 1, 4, 8}), Decoding.SIZE, List.of("bolt"), new ModelDeclaration("", "rfdetr", "", false, List.of(),
                new KeypointNames(Map.of(0, List.of("head", "tip")), Map.of()), false, WeightsMetadata.NONE));
        assertThat(ModelFamilies.decoder(traits).task()).isEqualTo(Task.KEYPOINT_DETECTION);
        KeypointBlocks blocks = new KeypointBlocks(2, 2, new int[] {0, 0}, traits.declaration().keypoints());
        RfDetrDecoder decoder = new RfDetrDecoder(List.of("bolt"), new int[] {0, 0}, 0, 1, -1, blocks, "");
        FloatTensor keypoints = TestTensors.allocate("keypoints", 1, 1, 4, 8);
        keypoints.values().put(2 * 8, new float[] {0.5f, 0.25f, 4, 4, 3, 0, 3, 0}).put(3 * 8,
                new float[] {1.5f, 0.5f, -4, 4, 3, 0, 3, 0});
        List<Detection> found = Decoding.detections(decoder, rows(new float[] {0.5f, 0.5f, 0.5f, 0.5f}),
                rows(new float[] {-9, 3}), keypoints);

        assertThat(found).hasSize(1);
        assertThat(found.get(0).keypoints()).extracting(Keypoint::className).containsExactly("head", "tip");
        assertThat(found.get(0).keypoints().get(0)).extracting(Keypoint::x, Keypoint::y).containsExactly(160.0, 80.0);
        assertThat(found.get(0).keypoints().get(1)).extracting(Keypoint::x, Keypoint::y).containsExactly(320.0, 160.0);
        InferenceOptions options = InferenceOptions.DEFAULTS.with(KEYPOINT_CONFIDENCE, 0.5);
        assertThat(Decoding.detections(decoder, options, rows(new float[] {0.5f, 0.5f, 0.5f, 0.5f}), rows(new float[] {-9, 3}),
                keypoints).get(0).keypoints()).hasSize(1);
    }

    @Test
    void boxesThatAreNoNumbersAreDroppedAndRefusedIfAllAre() {
        RfDetrDecoder decoder = new RfDetrDecoder(List.of("bolt"), new int[] {0}, 0, 1, -1);
        float[] good = {0.5f, 0.5f, 0.5f, 0.5f};
        float[] bad = {Float.NaN, 0.5f, 0.5f, 0.5f};

        assertThat(Decoding.detections(decoder, rows(bad, good), rows(new float[] {3}, new float[] {3}))).hasSize(1);
        assertThatExceptionOfType(WrongOutputException.class)
                .isThrownBy(() -> Decoding.detections(decoder, rows(bad), rows(new float[] {3})));
        assertThatExceptionOfType(WrongOutputException.class)
                .isThrownBy(() -> Decoding.detections(decoder, rows(good), rows(new float[] {Float.NaN})));
    }
}
