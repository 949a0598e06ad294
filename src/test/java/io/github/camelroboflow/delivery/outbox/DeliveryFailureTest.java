package io.github.camelroboflow.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeliveryFailureTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-31T12:00:00Z"), ZoneOffset.UTC);

    private static DeliveryFailure of(Throwable error) {
        return DeliveryFailure.of(error, CLOCK);
    }

    private static HttpOperationFailedException status(int status, Map<String, String> headers) {
        return new HttpOperationFailedException("https://hooks.example/T0KEN", status, "", null, headers, null);
    }

    @ParameterizedTest
    @CsvSource({"120, 120", "Sat%2C 31 Jan 2026 12:01:00 GMT, 60", "99999999999999999999, 31536000"})
    void aRetryAfterIsReadAsSecondsOrAsADate(String value, long seconds) {
        DeliveryFailure failure = of(status(503, Map.of("retry-after", value.replace("%2C", ","))));

        assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(seconds));
        assertThat(failure.destinationDown()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"soon", "-5", "1.5", "Sat 31 Jan", "''"})
    void aRetryAfterThatIsNoneIsIgnored(String value) {
        assertThat(of(status(503, Map.of("Retry-After", value))).retryAfter()).isNull();
    }

    @Test
    void aDateThatIsPastAsksForNothing() {
        assertThat(of(status(503, Map.of("Retry-After", "Fri, 30 Jan 2026 12:00:00 GMT"))).retryAfter()).isNull();
    }

    @Test
    void onlyWhatIsSurelyTheDestinationsIsBlamedOnIt() {
        assertThat(of(new ConnectException("refused")).destinationDown()).isTrue();
        assertThat(of(new CamelExecutionException("", null, new ConnectException("refused"))).destinationDown()).isTrue();
        assertThat(of(new SocketTimeoutException("Read timed out")).destinationDown()).isFalse();
        assertThat(of(status(500, Map.of())).destinationDown()).isFalse();
        assertThat(of(new IllegalStateException("odd")).destinationDown()).isFalse();
    }

    @Test
    void aRefusalIsToldWithoutTheAddress() {
        DeliveryFailure failure = of(status(422, Map.of()));

        assertThat(failure.rejected()).isTrue();
        assertThat(failure.reason()).isEqualTo("the receiver answered with HTTP status 422");
    }
}
