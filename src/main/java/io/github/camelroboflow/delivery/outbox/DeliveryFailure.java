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
 * The classification of a failed attempt.
 *
 * @param reason          the reason for a person
 * @param rejected        whether the receiver will never accept this message
 * @param destinationDown whether the destination is certainly down for all messages
 * @param retryAfter      the pause that the receiver requests, or {@code null}
 */
record DeliveryFailure(String reason, boolean rejected, boolean destinationDown, Duration retryAfter) {

    private static final String RETRY_AFTER = "Retry-After";

    static DeliveryFailure of(Throwable error, Clock clock) {
        Optional<HttpOperationFailedException> response = find(error, HttpOperationFailedException.class);
        Duration requested = response.flatMap(http -> retryAfter(http.getResponseHeaders(), clock)).orElse(null);
        boolean rejected = FailureClassifier.isRefusal(error);
        // an error response or a timeout may be about this payload only
        boolean unclear = response.isPresent() || find(error, SocketTimeoutException.class).isPresent();
        boolean destinationDown = !rejected && (requested != null || FailureClassifier.outage(error).isPresent() && !unclear);
        return new DeliveryFailure(FailureClassifier.describe(error), rejected, destinationDown, requested);
    }

    private static <T> Optional<T> find(Throwable error, Class<T> type) {
        return Stream.iterate(error, cause -> cause != null, Throwable::getCause).limit(20).filter(type::isInstance).map(type::cast)
                .findFirst();
    }

    /** Parses the header as in RFC 9110, 10.2.3: seconds or a date. */
    private static Optional<Duration> retryAfter(Map<String, String> headers, Clock clock) {
        return headers.entrySet().stream().filter(header -> RETRY_AFTER.equalsIgnoreCase(header.getKey())).map(Map.Entry::getValue)
                .findFirst().flatMap(value -> retryAfter(value.strip(), clock));
    }

    private static Optional<Duration> retryAfter(String value, Clock clock) {
        try {
            Duration requested = value.matches("\\d+") ? seconds(value) : Duration.between(clock.instant(),
                    ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
            return requested.isNegative() ? Optional.empty() : Optional.of(min(requested));
        } catch (DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    /** Parses seconds. A number with too many digits is a long time. */
    private static Duration seconds(String digits) {
        return Duration.ofSeconds(digits.length() > 9 ? Integer.MAX_VALUE : Long.parseLong(digits));
    }

    /** Limits a pause so that it can be counted in milliseconds. */
    private static Duration min(Duration requested) {
        return requested.compareTo(Duration.ofDays(365)) < 0 ? requested : Duration.ofDays(365);
    }
}
