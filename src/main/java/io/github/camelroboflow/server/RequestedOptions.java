package io.github.camelroboflow.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InferenceOptions.MaskDecodeMode;
import io.github.camelroboflow.inference.InferenceOptions.ResponseMaskFormat;
import io.github.camelroboflow.inference.InferenceOptions.ResultFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;

/**
 * Makes inference options from the parameters of a request. Roboflow's server accepts any number; a number out of range is replaced
 * by the nearest one in range, which has the same effect.
 */
final class RequestedOptions {

    private static final InferenceOptions DEFAULTS = InferenceOptions.DEFAULTS;
    private static final List<String> THRESHOLD_WORDS = List.of("best", "default");
    private static final List<String> MASK_FORMATS = List.of("polygon", "rle");

    /** Least confidence of {@code /{project}/{version}}; lower values are raised to it. */
    private static final double LEAST_CONFIDENCE = 0.01;

    private RequestedOptions() {
    }

    /** Reads the options of {@code /{project}/{version}}, where a threshold of 1 or more is a percentage. */
    static InferenceOptions ofQuery(RequestParameters query) {
        double confidence = percentage(query.numberOr(THRESHOLD_WORDS, "confidence", DEFAULTS.confidence()));
        double overlap = percentage(query.number("overlap", DEFAULTS.overlap()));
        InferenceOptions.Builder options = common(query, Math.max(confidence, LEAST_CONFIDENCE), overlap);
        options.classes(names(query.text("classes", "")))
                .format(format(query.text("format", "json")))
                .labels(query.flag("labels", false))
                .stroke(Math.max(1, query.integer("stroke", 1)));
        return options.build();
    }

    /** Reads the options of {@code /infer/{task}}, where thresholds are fractions. */
    static InferenceOptions ofJson(RequestParameters json) {
        double confidence = json.numberOr(THRESHOLD_WORDS, "confidence", DEFAULTS.confidence());
        double overlap = json.number("iou_threshold", DEFAULTS.overlap());
        return common(json, confidence, overlap)
                .classes(texts(json.value("class_filter")))
                .classAgnosticNms(json.flag("class_agnostic_nms", false))
                .format(json.flag("visualize_predictions", false) ? ResultFormat.IMAGE_AND_JSON : ResultFormat.JSON)
                .labels(json.flag("visualization_labels", false))
                .stroke(Math.max(1, json.integer("visualization_stroke_width", 1)))
                .build();
    }

    /** Returns the texts of a list, or a single text. */
    private static List<String> texts(JsonNode json) {
        return json == null ? List.of() : json instanceof ArrayNode ? StreamSupport.stream(json.spliterator(), false)
                .map(JsonNode::asText).toList() : List.of(json.asText());
    }

    private static double percentage(double threshold) {
        return threshold >= 1 ? threshold / 100 : threshold;
    }

    private static List<String> names(String commaList) {
        return Arrays.stream(commaList.split(",")).map(String::strip).filter(name -> !name.isEmpty()).toList();
    }

    private static ResultFormat format(String name) {
        return switch (name) {
            case "image" -> ResultFormat.IMAGE;
            case "image_and_json" -> ResultFormat.IMAGE_AND_JSON;
            default -> ResultFormat.JSON;
        };
    }

    private static InferenceOptions.Builder common(RequestParameters parameters, double confidence, double overlap) {
        int maxDetections = parameters.integer("max_detections", DEFAULTS.maxDetections());
        return InferenceOptions.builder()
                // no detection has a confidence above 1, so none is left when none are wanted
                .confidence(maxDetections < 1 ? 1 : fraction(confidence))
                .overlap(fraction(overlap))
                .maxDetections(Math.max(1, maxDetections))
                .keypointConfidence(fraction(parameters.number("keypoint_confidence", DEFAULTS.keypointConfidence())))
                .maskDecodeMode(maskDecodeMode(parameters.text("mask_decode_mode", "accurate")))
                .tradeoffFactor(fraction(parameters.number("tradeoff_factor", DEFAULTS.tradeoffFactor())))
                .responseMaskFormat(ResponseMaskFormat.valueOf(
                        parameters.word(MASK_FORMATS, "response_mask_format", "polygon").toUpperCase(Locale.ROOT)))
                .disablePreprocAutoOrient(parameters.flag("disable_preproc_auto_orient", false))
                .disablePreprocContrast(parameters.flag("disable_preproc_contrast", false))
                .disablePreprocGrayscale(parameters.flag("disable_preproc_grayscale", false))
                .disablePreprocStaticCrop(parameters.flag("disable_preproc_static_crop", false))
                .allowTruncatedImages(true);
    }

    /** Limits the value to 0 to 1. NaN becomes 1, since no value is above NaN either. */
    private static double fraction(double value) {
        return Double.isNaN(value) ? 1 : Math.max(0, Math.min(1, value));
    }

    /** Ignores an unknown mode, as Roboflow's present engine ignores all of them. */
    private static MaskDecodeMode maskDecodeMode(String name) {
        return Arrays.stream(MaskDecodeMode.values()).filter(mode -> mode.toString().equals(name)).findFirst()
                .orElse(MaskDecodeMode.ACCURATE);
    }
}
