package io.github.camelroboflow.delivery.route;

import java.time.Duration;
import java.util.regex.Pattern;
import org.apache.camel.util.TimeUtils;

/** Parses times as Camel's users write them: {@code 500} (milliseconds), {@code 2s}, {@code 1m30s}. */
public final class Durations {

    /** Camel itself reads an invalid text as 0. */
    private static final Pattern FORM = Pattern.compile("\\d+|(\\d+[dhms]|\\d+ms)+");

    private Durations() {
    }

    /** @throws IllegalArgumentException naming the option, if the text is not a time */
    public static Duration parse(String option, String text) {
        if (!FORM.matcher(text.strip()).matches()) {
            throw new IllegalArgumentException(option + "=" + text + " is no time: write 500 for milliseconds, 2s, or 1m30s");
        }
        return Duration.ofMillis(TimeUtils.toMilliSeconds(text.strip()));
    }
}
