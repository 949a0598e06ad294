package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.failure.DestinationException.Fault;
import io.github.camelroboflow.delivery.failure.DestinationException;
import io.github.camelroboflow.delivery.failure.FailureClassifier;
import io.github.camelroboflow.http.RetryAfter;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.time.Duration;
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

    static DeliveryFailure of(Throwable error, Clock clock) {
        Optional<HttpOperationFailedException> response = find(error, HttpOperationFailedException.class);
        Duration requested = response.flatMap(http -> retryAfter(http.getResponseHeaders(), clock)).orElse(null);
        boolean rejected = FailureClassifier.isRefusal(error);
        // an error response or a timeout may be about this payload only
        boolean unclear = response.isPresent() || find(error, SocketTimeoutException.class).isPresent()
                || find(error, DestinationException.class).filter(cause -> cause.fault() == Fault.UNCLEAR).isPresent();
        boolean destinationDown = !rejected && (requested != null || FailureClassifier.outage(error).isPresent() && !unclear);
        return new DeliveryFailure(FailureClassifier.describe(error), rejected, destinationDown, requested);
    }

    private static <T> Optional<T> find(Throwable error, Class<T> type) {
        return Stream.iterate(error, cause -> cause != null, Throwable::getCause).limit(20).filter(type::isInstance).map(type::cast)
                .findFirst();
    }

    private static Optional<Duration> retryAfter(Map<String, String> headers, Clock clock) {
        return headers.entrySet().stream().filter(header -> RetryAfter.HEADER.equalsIgnoreCase(header.getKey()))
                .map(Map.Entry::getValue).findFirst().flatMap(value -> RetryAfter.parse(value, clock.instant()))
                .filter(pause -> !pause.isNegative());
    }
}
