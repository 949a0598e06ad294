package io.github.camelroboflow.delivery.bucket.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.delivery.bucket.client.ObjectVersion.Etags;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EtagsTest {

    private static final Instant LISTED = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Instant HEAD = Instant.parse("2026-01-02T03:04:05Z");

    @Test
    void anEtagThatIsToldIsTakenWithoutItsQuotes() {
        assertThat(Etags.of("\"abc-2\"", 3L, LISTED)).isEqualTo("abc-2");
        assertThat(Etags.isSynthetic("abc-2")).isFalse();
        assertThat(Etags.isOf("abc-2", "\"abc-2\"", 4L, Instant.EPOCH)).isTrue();
        assertThat(Etags.isOf("abc-2", null, 3L, LISTED)).isFalse();
    }

    @Test
    void anObjectWithoutOneIsKnownBySizeAndSecondHoweverPreciselyTheTimeIsTold() {
        for (String reported : new String[] {null, "", "\"\""}) {
            String synthetic = Etags.of(reported, 3L, LISTED);

            assertThat(Etags.isSynthetic(synthetic)).isTrue();
            assertThat(Etags.isOf(synthetic, reported, 3L, HEAD)).isTrue();
            assertThat(Etags.isOf(synthetic, reported, 4L, HEAD)).isFalse();
            assertThat(Etags.isOf(synthetic, reported, 3L, HEAD.plusSeconds(1))).isFalse();
        }
    }

    @Test
    void aServerThatTellsAnEtagInSomeAnswersOnlyTellsOfTheSameObjectAllTheSame() {
        assertThat(Etags.isOf(Etags.of(null, 3L, LISTED), "\"abc\"", 3L, HEAD)).isTrue();
    }
}
