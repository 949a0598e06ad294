package io.github.camelroboflow.hosted.inference;

import static io.github.camelroboflow.inference.InferenceOption.CLASSES;
import static io.github.camelroboflow.inference.InferenceOption.CONFIDENCE;
import static io.github.camelroboflow.inference.InferenceOption.FORMAT;
import static io.github.camelroboflow.inference.InferenceOption.MASK_DECODE_MODE;
import static io.github.camelroboflow.inference.InferenceOption.OVERLAP;
import static io.github.camelroboflow.inference.InferenceOption.STROKE;
import static io.github.camelroboflow.inference.InferenceOption.TRADEOFF_FACTOR;

import io.github.camelroboflow.inference.InferenceOption;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InferenceOptions.MaskDecodeMode;
import io.github.camelroboflow.inference.InferenceOptions.ResultFormat;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import org.apache.hc.core5.http.NameValuePair;
import org.apache.hc.core5.http.message.BasicNameValuePair;

/** Writes options as the query parameters of {@code /{project}/{version}}, which all of Roboflow's servers know. */
final class InferenceParameters {

    private static final BigDecimal ONE_PERCENT = new BigDecimal("0.01");

    /** Their defaults differ between servers. */
    private static final Set<InferenceOption<?>> THRESHOLDS = Set.of(CONFIDENCE, OVERLAP);
    /** Sent with their defaults, too, wherever they have an effect. */
    private static final Set<InferenceOption<?>> ALWAYS = Set.of(CONFIDENCE, OVERLAP, STROKE, TRADEOFF_FACTOR);

    private InferenceParameters() {
    }

    /** Returns the parameters without those that have the server's default. */
    static List<NameValuePair> of(InferenceOptions options) {
        return InferenceOption.all().stream().filter(option -> isSent(option, options))
                .<NameValuePair>map(option -> new BasicNameValuePair(option.queryParameter(), text(option, options.get(option))))
                .toList();
    }

    private static boolean isSent(InferenceOption<?> option, InferenceOptions options) {
        if (option.queryParameter() == null || option == CLASSES) {
            // servers ignore classes; PredictionFilter applies them to the response
            return false;
        }
        if (option == TRADEOFF_FACTOR && options.get(MASK_DECODE_MODE) != MaskDecodeMode.TRADEOFF) {
            return false;
        }
        return option.appliesTo(options) && (ALWAYS.contains(option) || options.isChanged(option));
    }

    private static String text(InferenceOption<?> option, Object value) {
        if (option == FORMAT) {
            // with the result, also where only the visualization is wanted: conditions and headers need it
            return ResultFormat.IMAGE_AND_JSON.toString();
        }
        if (THRESHOLDS.contains(option)) {
            return threshold((Double) value);
        }
        return value instanceof Double fraction ? BigDecimal.valueOf(fraction).toPlainString() : value.toString();
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
}
