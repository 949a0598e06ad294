package io.github.camelroboflow.delivery.failure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AttemptCounterTest {

    private final AttemptCounter attempts = new AttemptCounter(3);

    @Test
    void anImageIsGivenUpAfterItsLastAttempt() {
        assertThat(attempts.failed("a", false)).isFalse();
        assertThat(attempts.failed("a", false)).isFalse();
        assertThat(attempts.failed("a", false)).isTrue();
        assertThat(attempts.failures("a")).isEqualTo(3);
    }

    @Test
    void imagesAreCountedEachForItself() {
        attempts.failed("a", false);
        attempts.failed("a", false);

        assertThat(attempts.failed("b", false)).isFalse();
    }

    @Test
    void anOutageCondemnsNoImageHoweverLongItLasts() {
        for (int i = 0; i < 1000; i++) {
            assertThat(attempts.failed("a", true)).isFalse();
        }
    }

    @Test
    void whatLooksLikeAnOutageButHitsOneImageWhileOthersGetThroughIsItsOwnFailure() {
        attempts.failed("a", true);
        anotherGetsThrough();
        attempts.failed("a", true);

        assertThat(attempts.failed("a", true)).isTrue();
    }

    /** A broker died three times while the same image was in progress, and the image failed because of that. */
    @Test
    void anImageThatThreeOutagesHitWithOthersWasCondemned() {
        for (int outage = 0; outage < 10; outage++) {
            attempts.failed("c", true);
            assertThat(attempts.failed("a", true)).isFalse();
            anotherGetsThrough();
        }
    }

    @Test
    void twoImagesThatFailByThemselvesAreGivenUpOneAfterTheOther() {
        int rounds = 0;
        while (!attempts.failed("a", true)) {
            assertThat(attempts.failed("c", true)).isFalse();
            anotherGetsThrough();
            assertThat(rounds++).isLessThan(3);
        }
        while (!attempts.failed("c", true)) {
            anotherGetsThrough();
            assertThat(rounds++).isLessThan(6);
        }
    }

    private void anotherGetsThrough() {
        attempts.started("b");
        attempts.succeeded("b");
    }

    /** Its failures during the outage were counted when the first image succeeded. */
    @Test
    void anImageThatFailsOnceMoreWhenTheOutageEndsWasCondemnedForTheOutage() {
        for (int i = 0; i < 10; i++) {
            attempts.failed("a", true);
        }
        anotherGetsThrough();

        assertThat(attempts.failed("a", true)).isFalse();
    }

    @Test
    void aSuccessForgetsEarlierFailures() {
        attempts.failed("a", false);
        attempts.failed("a", false);
        attempts.succeeded("a");

        assertThat(attempts.failures("a")).isZero();
        assertThat(attempts.failed("a", false)).isFalse();
    }

    /** An image that was in progress when the outage began succeeded, and the next image failed because of the outage. */
    @Test
    void aSuccessThatWasUnderWayWhenTheOutageBeganSaysNothing() {
        attempts.started("a");
        attempts.started("b");
        attempts.failed("a", true);
        attempts.succeeded("b");
        attempts.failed("a", true);

        assertThat(attempts.failed("a", true)).isFalse();
    }
}
