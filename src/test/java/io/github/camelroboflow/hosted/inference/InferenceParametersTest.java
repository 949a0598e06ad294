package io.github.camelroboflow.hosted.inference;

import static io.github.camelroboflow.inference.InferenceOption.CONFIDENCE;
import static io.github.camelroboflow.inference.InferenceOption.DISABLE_PREPROC_AUTO_ORIENT;
import static io.github.camelroboflow.inference.InferenceOption.DISABLE_PREPROC_CONTRAST;
import static io.github.camelroboflow.inference.InferenceOption.DISABLE_PREPROC_GRAYSCALE;
import static io.github.camelroboflow.inference.InferenceOption.DISABLE_PREPROC_STATIC_CROP;
import static io.github.camelroboflow.inference.InferenceOption.FORMAT;
import static io.github.camelroboflow.inference.InferenceOption.KEYPOINT_CONFIDENCE;
import static io.github.camelroboflow.inference.InferenceOption.LABELS;
import static io.github.camelroboflow.inference.InferenceOption.MASK_DECODE_MODE;
import static io.github.camelroboflow.inference.InferenceOption.MAX_DETECTIONS;
import static io.github.camelroboflow.inference.InferenceOption.OVERLAP;
import static io.github.camelroboflow.inference.InferenceOption.RESPONSE_MASK_FORMAT;
import static io.github.camelroboflow.inference.InferenceOption.STROKE;
import static io.github.camelroboflow.inference.InferenceOption.TRADEOFF_FACTOR;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InferenceOptions.MaskDecodeMode;
import io.github.camelroboflow.inference.InferenceOptions.ResponseMaskFormat;
import io.github.camelroboflow.inference.InferenceOptions.ResultFormat;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hc.core5.http.NameValuePair;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InferenceParametersTest {

    private static Map<String, String> parameters(InferenceOptions options) {
        return InferenceParameters.of(options).stream().collect(Collectors.toMap(NameValuePair::getName, NameValuePair::getValue));
    }

    @Test
    void defaultsAreLeftToTheServerButForTheThresholdsThatDifferBetweenHosts() {
        assertThat(parameters(InferenceOptions.DEFAULTS)).containsOnly(Map.entry("confidence", "40"), Map.entry("overlap", "30"));
    }

    @ParameterizedTest
    @CsvSource({"0,0", "0.001,0.001", "0.009,0.009", "0.01,1", "0.4,40", "0.125,12.5", "0.999,99.9", "1,100"})
    void thresholdsArePercentFromOnePercentOnSinceOneWouldMeanOnePercent(double fraction, String sent) {
        InferenceOptions options = InferenceOptions.DEFAULTS.with(CONFIDENCE, fraction).with(OVERLAP, fraction);

        assertThat(parameters(options)).containsEntry("confidence", sent).containsEntry("overlap", sent);
    }

    @Test
    void everyOptionThatServersKnowIsSent() {
        InferenceOptions options = InferenceOptions.DEFAULTS.with(MAX_DETECTIONS, 7).with(KEYPOINT_CONFIDENCE, 0.5)
                .with(MASK_DECODE_MODE, MaskDecodeMode.TRADEOFF).with(TRADEOFF_FACTOR, 0.25)
                .with(RESPONSE_MASK_FORMAT, ResponseMaskFormat.RLE)
                .with(DISABLE_PREPROC_AUTO_ORIENT, true).with(DISABLE_PREPROC_CONTRAST, true).with(DISABLE_PREPROC_GRAYSCALE, true)
                .with(DISABLE_PREPROC_STATIC_CROP, true).with(FORMAT, ResultFormat.IMAGE_AND_JSON).with(LABELS, true)
                .with(STROKE, 2);

        assertThat(parameters(options)).containsOnly(Map.entry("confidence", "40"), Map.entry("overlap", "30"),
                Map.entry("max_detections", "7"), Map.entry("keypoint_confidence", "0.5"),
                Map.entry("mask_decode_mode", "tradeoff"), Map.entry("tradeoff_factor", "0.25"),
                Map.entry("response_mask_format", "rle"),
                Map.entry("disable_preproc_auto_orient", "true"), Map.entry("disable_preproc_contrast", "true"),
                Map.entry("disable_preproc_grayscale", "true"), Map.entry("disable_preproc_static_crop", "true"),
                Map.entry("format", "image_and_json"), Map.entry("labels", "true"), Map.entry("stroke", "2"));
    }
}
