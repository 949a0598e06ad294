package io.github.camelroboflow.http;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.hc.client5.http.utils.DateUtils;

/** The header {@code Retry-After}: seconds or a date (RFC 9110, section 10.2.3). */
public final class RetryAfter {

    public static final String HEADER = "Retry-After";

    /** Limits pauses, so that they can be counted in milliseconds. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private RetryAfter() {
    }

    /**
     * Reads the value of the header.
     *
     * @return the pause, negative for a date in the past; a number of too many digits is a long time; empty if it is neither
     */
    public static Optional<Duration> parse(String value, Instant now) {
        String text = value.strip();
        if (text.matches("\\d+")) {
            return Optional.of(limited(Duration.ofSeconds(text.length() > 9 ? Integer.MAX_VALUE : Long.parseLong(text))));
        }
        Instant date = text.isEmpty() ? null : DateUtils.parseStandardDate(text);
        return date == null ? Optional.empty() : Optional.of(limited(Duration.between(now, date)));
    }

    private static Duration limited(Duration pause) {
        return pause.compareTo(LONGEST) < 0 ? pause : LONGEST;
    }
}
