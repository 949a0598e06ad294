package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.failure.FailureClassifier;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.http.base.HttpOperationFailedException;

/**
 * What a failed try means.
 *
 * @param reason      for a person
 * @param refused     whether the receiver will never take this
 * @param destination whether the destination is surely down, for everything
 * @param retryAfter  how long the receiver asks to be left alone, or {@code null}
 */
record DeliveryFailure(String reason, boolean refused, boolean destination, Duration retryAfter) {

    private static final String RETRY_AFTER = "Retry-After";

    static DeliveryFailure of(Throwable error, Clock clock) {
        Optional<HttpOperationFailedException> answer = find(error, HttpOperationFailedException.class);
        Duration asked = answer.flatMap(http -> retryAfter(http.getResponseHeaders(), clock)).orElse(null);
        boolean refused = FailureClassifier.isRefusal(error);
        // a server that answers with an error, or too late, may do so for this one payload only
        boolean unclear = answer.isPresent() || find(error, SocketTimeoutException.class).isPresent();
        boolean destination = !refused && (asked != null || FailureClassifier.outage(error).isPresent() && !unclear);
        return new DeliveryFailure(FailureClassifier.describe(error), refused, destination, asked);
    }

    private static <T> Optional<T> find(Throwable error, Class<T> type) {
        return Stream.iterate(error, cause -> cause != null, Throwable::getCause).limit(20).filter(type::isInstance).map(type::cast)
                .findFirst();
    }

    /** RFC 9110, 10.2.3: seconds, or a date. */
    private static Optional<Duration> retryAfter(Map<String, String> headers, Clock clock) {
        return headers.entrySet().stream().filter(header -> RETRY_AFTER.equalsIgnoreCase(header.getKey())).map(Map.Entry::getValue)
                .findFirst().flatMap(value -> retryAfter(value.strip(), clock));
    }

    private static Optional<Duration> retryAfter(String value, Clock clock) {
        try {
            Duration asked = value.matches("\\d+") ? seconds(value) : Duration.between(clock.instant(),
                    ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
            return asked.isNegative() ? Optional.empty() : Optional.of(min(asked));
        } catch (DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    /** More digits than a time span has are a long time. */
    private static Duration seconds(String digits) {
        return Duration.ofSeconds(digits.length() > 9 ? Integer.MAX_VALUE : Long.parseLong(digits));
    }

    /** Short enough to be counted in milliseconds. */
    private static Duration min(Duration asked) {
        return asked.compareTo(Duration.ofDays(365)) < 0 ? asked : Duration.ofDays(365);
    }
}
