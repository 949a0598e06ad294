package io.github.camelroboflow.hosted.inference;

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
        InferenceOptions options = InferenceOptions.builder().confidence(fraction).overlap(fraction).build();

        assertThat(parameters(options)).containsEntry("confidence", sent).containsEntry("overlap", sent);
    }

    @Test
    void everyOptionThatServersKnowIsSent() {
        InferenceOptions options = InferenceOptions.builder().maxDetections(7).keypointConfidence(0.5)
                .maskDecodeMode(MaskDecodeMode.TRADEOFF).tradeoffFactor(0.25).responseMaskFormat(ResponseMaskFormat.RLE)
                .disablePreprocAutoOrient(true).disablePreprocContrast(true).disablePreprocGrayscale(true)
                .disablePreprocStaticCrop(true).format(ResultFormat.IMAGE_AND_JSON).labels(true).stroke(2).build();

        assertThat(parameters(options)).containsOnly(Map.entry("confidence", "40"), Map.entry("overlap", "30"),
                Map.entry("max_detections", "7"), Map.entry("keypoint_confidence", "0.5"),
                Map.entry("mask_decode_mode", "tradeoff"), Map.entry("tradeoff_factor", "0.25"),
                Map.entry("response_mask_format", "rle"),
                Map.entry("disable_preproc_auto_orient", "true"), Map.entry("disable_preproc_contrast", "true"),
                Map.entry("disable_preproc_grayscale", "true"), Map.entry("disable_preproc_static_crop", "true"),
                Map.entry("format", "image_and_json"), Map.entry("labels", "true"), Map.entry("stroke", "2"));
    }
}
