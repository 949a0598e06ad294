package io.github.camelroboflow.hosted.inference;

import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InferenceOptions.MaskDecodeMode;
import io.github.camelroboflow.inference.InferenceOptions.ResponseMaskFormat;
import io.github.camelroboflow.inference.InferenceOptions.ResultFormat;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.apache.hc.core5.http.NameValuePair;
import org.apache.hc.core5.http.message.BasicNameValuePair;

/** Options as the query parameters of {@code /{project}/{version}}, which all of Roboflow's servers know. */
final class InferenceParameters {

    private static final BigDecimal ONE_PERCENT = new BigDecimal("0.01");

    private InferenceParameters() {
    }

    /** Without what is the server's default anyway, but for the thresholds, whose defaults differ between hosts. */
    static List<NameValuePair> of(InferenceOptions options) {
        List<NameValuePair> parameters = new ArrayList<>();
        add(parameters, "confidence", threshold(options.confidence()));
        add(parameters, "overlap", threshold(options.overlap()));
        InferenceOptions defaults = InferenceOptions.DEFAULTS;
        if (options.maxDetections() != defaults.maxDetections()) {
            add(parameters, "max_detections", options.maxDetections());
        }
        if (options.keypointConfidence() > 0) {
            // a fraction everywhere
            add(parameters, "keypoint_confidence", BigDecimal.valueOf(options.keypointConfidence()).toPlainString());
        }
        if (options.maskDecodeMode() != MaskDecodeMode.ACCURATE) {
            add(parameters, "mask_decode_mode", options.maskDecodeMode());
        }
        if (options.maskDecodeMode() == MaskDecodeMode.TRADEOFF) {
            add(parameters, "tradeoff_factor", BigDecimal.valueOf(options.tradeoffFactor()).toPlainString());
        }
        if (options.responseMaskFormat() != ResponseMaskFormat.POLYGON) {
            add(parameters, "response_mask_format", options.responseMaskFormat());
        }
        flag(parameters, "disable_preproc_auto_orient", options.disablePreprocAutoOrient());
        flag(parameters, "disable_preproc_contrast", options.disablePreprocContrast());
        flag(parameters, "disable_preproc_grayscale", options.disablePreprocGrayscale());
        flag(parameters, "disable_preproc_static_crop", options.disablePreprocStaticCrop());
        if (options.format() != ResultFormat.JSON) {
            // with the result, also where only the drawing is wanted: conditions and headers need it
            add(parameters, "format", ResultFormat.IMAGE_AND_JSON);
            flag(parameters, "labels", options.labels());
            add(parameters, "stroke", options.stroke());
        }
        return parameters;
    }

    /**
     * Servers take a number from 1 on for a percentage, so that a fraction of 1 would be 1 %; hence percent. Below one percent it
     * is the other way round, so there it stays a fraction.
     */
    private static String threshold(double fraction) {
        BigDecimal value = BigDecimal.valueOf(fraction);
        BigDecimal sent = value.compareTo(ONE_PERCENT) < 0 ? value : value.movePointRight(2);
        return sent.signum() == 0 ? "0" : sent.stripTrailingZeros().toPlainString();
    }

    private static void add(List<NameValuePair> parameters, String name, Object value) {
        parameters.add(new BasicNameValuePair(name, value.toString()));
    }

    private static void flag(List<NameValuePair> parameters, String name, boolean value) {
        if (value) {
            add(parameters, name, true);
        }
    }
}
