package io.github.camelroboflow.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffPolicyTest {

    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final long NOW = 1_800_000_000_000L;
    private final BackoffPolicy backoff = new BackoffPolicy(Duration.ofSeconds(5), Duration.ofMinutes(10), Duration.ofDays(1));

    @ParameterizedTest
    @CsvSource({"1, 5", "2, 10", "3, 20", "7, 320", "8, 600", "30, 600", "2000000000, 600"})
    void pausesDoubleUpToTheLongest(int failures, int seconds) {
        assertThat(backoff.delay(failures, null)).isBetween(Duration.ofMillis(seconds * 750L), Duration.ofSeconds(seconds));
    }

    @RepeatedTest(20)
    void whatAReceiverAsksForIsKeptButNeverBeyondTheLongest() {
        assertThat(backoff.delay(1, Duration.ofSeconds(60))).isEqualTo(Duration.ofSeconds(60));
        assertThat(backoff.delay(1, Duration.ofDays(9))).isEqualTo(Duration.ofMinutes(10));
        assertThat(backoff.delay(1, Duration.ZERO)).isGreaterThanOrEqualTo(Duration.ofMillis(3750));
    }

    @Test
    void aRowIsGivenUpAtTheSecondFailureAfterItsDeadline() {
        assertThat(backoff.isExpired(NOW + DAY, NOW, NOW + 1)).isFalse();
        assertThat(backoff.isExpired(NOW, NOW - 1, NOW + 1)).isFalse();
        assertThat(backoff.isExpired(NOW, NOW + 1, NOW + 2)).isTrue();
    }

    @Test
    void aClockThatWentForwardsAndBackGivesNothingUp() {
        assertThat(backoff.isExpired(NOW + DAY, NOW + 2 * DAY, NOW)).isFalse();
    }

    @Test
    void aClockThatWentBackKeepsNoRowForLonger() {
        assertThat(backoff.deadline(NOW + DAY, NOW - 30 * DAY)).isEqualTo(NOW - 29 * DAY);
        assertThat(backoff.deadline(NOW + DAY, NOW + 1)).isEqualTo(NOW + DAY);
    }

    @Test
    void timesThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> new BackoffPolicy(Duration.ofSeconds(5), Duration.ofSeconds(4), Duration.ofDays(1)))
                .hasMessageContaining("outbox.maxRetryAfter");
    }
}
