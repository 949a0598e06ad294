package io.github.camelroboflow.hosted.inference;

import static io.github.camelroboflow.inference.InferenceOption.CLASSES;
import static io.github.camelroboflow.inference.InferenceOption.CONFIDENCE;
import static io.github.camelroboflow.inference.InferenceOption.FORMAT;
import static io.github.camelroboflow.inference.InferenceOption.MASK_DECODE_MODE;
import static io.github.camelroboflow.inference.InferenceOption.OVERLAP;
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

/** Makes the query parameters of {@code /{project}/{version}} from options. All of Roboflow's servers know them. */
final class InferenceParameters {

    private static final BigDecimal ONE_PERCENT = new BigDecimal("0.01");

    /** Their defaults differ between servers. */
    private static final Set<InferenceOption<?>> THRESHOLDS = Set.of(CONFIDENCE, OVERLAP);
    /** Sent with their defaults, too, wherever they have an effect. */
    private static final Set<InferenceOption<?>> ALWAYS = Set.of(CONFIDENCE, OVERLAP, TRADEOFF_FACTOR);

    private InferenceParameters() {
    }

    /** Returns the parameters that differ from the server's defaults, and the ones that are always sent. */
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
            // the JSON is always requested, because conditions and headers need it
            return ResultFormat.IMAGE_AND_JSON.toString();
        }
        if (THRESHOLDS.contains(option)) {
            return threshold((Double) value);
        }
        return value instanceof Double fraction ? BigDecimal.valueOf(fraction).toPlainString() : value.toString();
    }

    /**
     * Returns the threshold in percent. Servers read a number from 1 on as a percentage, so that a fraction of 1 would
     * mean 1 %. They read a number below 1 as a fraction, so a threshold below 1 % stays a fraction.
     */
    private static String threshold(double fraction) {
        BigDecimal value = BigDecimal.valueOf(fraction);
        BigDecimal sent = value.compareTo(ONE_PERCENT) < 0 ? value : value.movePointRight(2);
        return sent.signum() == 0 ? "0" : sent.stripTrailingZeros().toPlainString();
    }
}
