package io.github.camelroboflow.server;

import static io.github.camelroboflow.inference.InferenceOption.ALLOW_DAMAGED_IMAGES;
import static io.github.camelroboflow.inference.InferenceOption.CLASSES;
import static io.github.camelroboflow.inference.InferenceOption.CONFIDENCE;
import static io.github.camelroboflow.inference.InferenceOption.FORMAT;
import static io.github.camelroboflow.inference.InferenceOption.MASK_DECODE_MODE;
import static io.github.camelroboflow.inference.InferenceOption.MAX_DETECTIONS;
import static io.github.camelroboflow.inference.InferenceOption.OVERLAP;
import static io.github.camelroboflow.inference.InferenceOption.RESPONSE_MASK_FORMAT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.github.camelroboflow.inference.InferenceOption;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InferenceOptions.MaskDecodeMode;
import io.github.camelroboflow.inference.InferenceOptions.ResponseMaskFormat;
import io.github.camelroboflow.inference.InferenceOptions.ResultFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/**
 * Makes inference options from the parameters of a request. Roboflow's server accepts any number; a number out of range is replaced
 * by the nearest one in range, which has the same effect.
 */
final class RequestedOptions {

    private static final List<String> THRESHOLD_WORDS = List.of("best", "default");
    private static final List<String> MASK_FORMATS = List.of("polygon", "rle");

    /** Least confidence of {@code /{project}/{version}}; lower values are raised to it. */
    private static final double LEAST_CONFIDENCE = 0.01;

    private RequestedOptions() {
    }

    /** Reads the options of {@code /{project}/{version}}, where a threshold of 1 or more is a percentage. */
    static InferenceOptions ofQuery(RequestParameters query) {
        InferenceOptions options = read(query, InferenceOption::queryParameter);
        double confidence = percentage(query.numberOr(THRESHOLD_WORDS, CONFIDENCE.queryParameter(), CONFIDENCE.defaultValue()));
        double overlap = percentage(query.number(OVERLAP.queryParameter(), OVERLAP.defaultValue()));
        return withThresholds(options, Math.max(confidence, LEAST_CONFIDENCE), overlap)
                .with(CLASSES, CLASSES.type().parse(CLASSES.name(), query.text(CLASSES.queryParameter(), "")))
                .with(FORMAT, word(ResultFormat.values(), query.text(FORMAT.queryParameter(), ""), ResultFormat.JSON));
    }

    /** Reads the options of {@code /infer/{task}}, where thresholds are fractions. */
    static InferenceOptions ofJson(RequestParameters json) {
        InferenceOptions options = read(json, InferenceOption::jsonName);
        double confidence = json.numberOr(THRESHOLD_WORDS, CONFIDENCE.jsonName(), CONFIDENCE.defaultValue());
        double overlap = json.number(OVERLAP.jsonName(), OVERLAP.defaultValue());
        return withThresholds(options, confidence, overlap)
                .with(CLASSES, texts(json.value(CLASSES.jsonName())))
                .with(FORMAT, json.flag("visualize_predictions", false) ? ResultFormat.IMAGE_AND_JSON : ResultFormat.JSON);
    }

    /** Reads the options that both routes have under different names. Options of other types are read separately. */
    private static InferenceOptions read(RequestParameters parameters, Function<InferenceOption<?>, String> names) {
        InferenceOptions options = InferenceOptions.DEFAULTS.with(ALLOW_DAMAGED_IMAGES, true)
                .with(MASK_DECODE_MODE, word(MaskDecodeMode.values(), parameters.text(names.apply(MASK_DECODE_MODE), ""),
                        MASK_DECODE_MODE.defaultValue()))
                .with(RESPONSE_MASK_FORMAT, ResponseMaskFormat.valueOf(parameters.word(MASK_FORMATS,
                        names.apply(RESPONSE_MASK_FORMAT), "polygon").toUpperCase(Locale.ROOT)));
        for (InferenceOption<?> option : InferenceOption.all()) {
            String name = names.apply(option);
            if (name != null && option != CONFIDENCE && option != OVERLAP) {
                options = read(options, option, parameters, name);
            }
        }
        return options;
    }

    private static <T> InferenceOptions read(InferenceOptions options, InferenceOption<T> option, RequestParameters parameters,
                                             String name) {
        Class<T> type = option.type().javaType();
        if (type == Boolean.class) {
            return options.with(option, type.cast(parameters.flag(name, false)));
        }
        if (type == Integer.class) {
            int value = parameters.integer(name, (Integer) option.defaultValue());
            // no prediction has a confidence above 1, so none is left when none is requested
            InferenceOptions limited = option == MAX_DETECTIONS && value < 1 ? options.with(CONFIDENCE, 1.0) : options;
            // among them the stroke: on Roboflow's server, lines have one pixel where a request does not say more
            return limited.with(option, type.cast(Math.max(1, value)));
        }
        if (type == Double.class) {
            return options.with(option, type.cast(fraction(parameters.number(name, (Double) option.defaultValue()))));
        }
        return options;
    }

    private static InferenceOptions withThresholds(InferenceOptions options, double confidence, double overlap) {
        InferenceOptions all = options.with(OVERLAP, fraction(overlap));
        return options.isChanged(CONFIDENCE) ? all : all.with(CONFIDENCE, fraction(confidence));
    }

    /** Returns the texts of a list, or a single text. */
    private static List<String> texts(JsonNode json) {
        return json == null ? List.of() : json instanceof ArrayNode ? StreamSupport.stream(json.spliterator(), false)
                .map(JsonNode::asText).toList() : List.of(json.asText());
    }

    private static double percentage(double threshold) {
        return threshold >= 1 ? threshold / 100 : threshold;
    }

    /** Brings a number into the range; one that is not a number is compared as false with everything, as 1 is in effect. */
    private static double fraction(double value) {
        return Double.isNaN(value) ? 1 : Math.max(0, Math.min(1, value));
    }

    /** Finds the constant of that name. An unknown name is ignored; Roboflow's present engine ignores all of them. */
    private static <E extends Enum<E>> E word(E[] words, String name, E standard) {
        return Arrays.stream(words).filter(word -> word.toString().equals(name)).findFirst().orElse(standard);
    }
}
