package io.github.camelroboflow.delivery.destination;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.delivery.destination.MailDigest.MailLimit.Digest;
import io.github.camelroboflow.delivery.destination.MailDigest.MailLimit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MailLimitTest {

    private static final Instant START = Instant.parse("2026-01-01T10:00:00Z");

    private final MailLimit limit = new MailLimit(3);

    private static Instant after(Duration time) {
        return START.plus(time);
    }

    @Test
    void imagesAboveTheLimitAreCountedTogetherUntilTheHourOfTheFirstMailIsOver() {
        for (int minute = 0; minute < 3; minute++) {
            assertThat(limit.next(after(Duration.ofMinutes(minute)), false)).isEmpty();
        }

        Instant due = after(Duration.ofHours(1));
        assertThat(limit.next(after(Duration.ofMinutes(3)), false)).contains(new Digest(due, 0, false));
        assertThat(limit.next(after(Duration.ofMinutes(59)), false)).contains(new Digest(due, 0, true));
    }

    @Test
    void noHourHasMoreMailsWithTheDigestsAmongThem() {
        List<Instant> mails = new ArrayList<>();
        for (int second = 0; second < 5 * 3600; second += 7) {
            Instant now = after(Duration.ofSeconds(second));
            Optional<Digest> digest = limit.next(now, false);
            if (digest.isEmpty()) {
                mails.add(now);
            } else if (!digest.get().begun()) {
                mails.add(digest.get().due());
            }
        }

        assertThat(mails).hasSizeBetween(15, 18).allSatisfy(mail -> assertThat(mails.stream()
                .filter(other -> !other.isBefore(mail) && other.isBefore(mail.plus(MailLimit.HOUR)))).hasSizeLessThanOrEqualTo(3));
    }

    @Test
    void aDigestThatIsSentIsFollowedByAnother() {
        for (int i = 0; i < 4; i++) {
            limit.next(START, false);
        }
        limit.sent();

        assertThat(limit.next(START, false)).contains(new Digest(after(Duration.ofHours(1)), 1, false));
    }

    @Test
    void imagesAreCountedWhileMailsWaitAlsoBeyondTheHour() {
        assertThat(limit.next(START, true)).hasValueSatisfying(digest -> assertThat(digest.begun()).isFalse());
        assertThat(limit.next(after(Duration.ofHours(3)), true)).hasValueSatisfying(digest ->
                assertThat(digest.begun()).isTrue());
        assertThat(limit.next(after(Duration.ofHours(4)), false)).isEmpty();
    }

    @Test
    void aClockThatIsSetBackDoesNotStopMails() {
        limit.next(START, false);
        limit.next(START, false);
        limit.next(START, false);

        assertThat(limit.next(START.minus(Duration.ofDays(30)), false)).isEmpty();
    }
}
