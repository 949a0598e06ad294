package io.github.camelroboflow.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DestinationStateTest {

    private static final DeliveryFailure UNREACHABLE = new DeliveryFailure("refused", false, true, null);
    private static final DeliveryFailure ERROR = new DeliveryFailure("status 500", false, false, null);
    private static final long LONG = Duration.ofHours(1).toNanos();

    private final DestinationState destination = new DestinationState("id", "http://127.0.0.1/hook",
            new BackoffPolicy(Duration.ofSeconds(1), Duration.ofSeconds(100), Duration.ofDays(1)), 8);

    private int messages;

    private String next() {
        return "message " + messages++;
    }

    private void begin(int count) {
        for (int i = 0; i < count; i++) {
            destination.begun();
        }
    }

    @Test
    void rowsAreClaimedSeveralAtOnce() {
        assertThat(destination.capacity(0)).isEqualTo(8);
        begin(8);
        assertThat(destination.capacity(0)).isZero();
        destination.ended();
        assertThat(destination.capacity(0)).isZero();
        destination.ended();
        destination.ended();
        destination.ended();
        assertThat(destination.capacity(0)).isEqualTo(4);
    }

    @Test
    void whatCanNotBeReachedIsTriedByOneRowAfterAPause() {
        assertThat(destination.failed(next(), UNREACHABLE, destination.generation(), 0)).isTrue();

        assertThat(destination.isDown()).isTrue();
        assertThat(destination.capacity(Duration.ofMillis(700).toNanos())).isZero();
        assertThat(destination.capacity(Duration.ofSeconds(1).toNanos())).isEqualTo(1);
        destination.begun();
        assertThat(destination.capacity(LONG)).isZero();
    }

    @Test
    void aServerThatAnswersWithErrorsIsDownAtTheThird() {
        assertThat(destination.failed(next(), ERROR, 0, 0)).isFalse();
        assertThat(destination.failed(next(), ERROR, 0, 0)).isFalse();
        assertThat(destination.failed(next(), ERROR, 0, 0)).isTrue();
    }

    /** One result that a receiver can't process delayed all others. */
    @Test
    void anErrorForOneRowIsNoneOfTheDestinationWhileOthersAreAccepted() {
        for (int i = 0; i < 20; i++) {
            assertThat(destination.failed(next(), ERROR, destination.generation(), 0)).isFalse();
            destination.succeeded();
        }
    }

    /** The whole destination paused, in the end for minutes, whenever a result that its receiver can't process was tried. */
    @Test
    void anErrorThatIsAlwaysOfOneMessageHoldsUpNoOthers() {
        for (int i = 0; i < 20; i++) {
            assertThat(destination.failed("poison", ERROR, destination.generation(), 0)).isFalse();
            assertThat(destination.capacity(0)).isPositive();
        }
        assertThat(destination.isDegraded()).isTrue();
        assertThat(destination.isDown()).isFalse();
        destination.begun();
        assertThat(destination.capacity(0)).isZero();
        destination.ended();

        destination.succeeded();
        assertThat(destination.isDegraded()).isFalse();
        assertThat(destination.capacity(0)).isEqualTo(8);
    }

    @Test
    void whereOthersFailTooItIsDownWithTheFirstPause() {
        for (int i = 0; i < 20; i++) {
            destination.failed("poison", ERROR, destination.generation(), 0);
        }
        assertThat(destination.failed("second", ERROR, destination.generation(), 0)).isFalse();
        assertThat(destination.failed("third", ERROR, destination.generation(), 0)).isTrue();

        assertThat(destination.isDown()).isTrue();
        assertThat(destination.remainingPause(0)).isLessThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(destination.capacity(0)).isZero();
    }

    @Test
    void rowsThatFailTogetherMakeOnePause() {
        begin(8);
        int generation = destination.generation();
        destination.failed(next(), UNREACHABLE, generation, 0);
        for (int i = 1; i < 8; i++) {
            assertThat(destination.failed(next(), UNREACHABLE, generation, 0)).isFalse();
        }

        assertThat(destination.remainingPause(0)).isLessThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void pausesGrowUntilARowIsAccepted() {
        destination.failed(next(), UNREACHABLE, destination.generation(), 0);
        destination.failed(next(), UNREACHABLE, destination.generation(), 0);
        destination.failed(next(), UNREACHABLE, destination.generation(), 0);
        assertThat(destination.remainingPause(0)).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(4));

        assertThat(destination.succeeded()).isTrue();
        assertThat(destination.capacity(0)).isEqualTo(8);
        destination.failed(next(), UNREACHABLE, destination.generation(), 0);
        assertThat(destination.remainingPause(0)).isLessThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void whatAReceiverAsksForIsThePause() {
        destination.failed(next(), new DeliveryFailure("status 429", false, true, Duration.ofSeconds(30)), 0, 0);

        assertThat(destination.remainingPause(0)).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void whatWasLateAtAFailureIsGivenUpAfterTheLongestPause() {
        long pause = Duration.ofSeconds(100).toNanos();

        assertThat(destination.overdueBefore(1000, 0)).isEmpty();
        assertThat(destination.overdueBefore(2000, pause - 1)).isEmpty();
        assertThat(destination.overdueBefore(3000, pause)).hasValue(1000);
        assertThat(destination.overdueBefore(4000, pause + 1)).isEmpty();
        assertThat(destination.overdueBefore(4000, 2 * pause)).hasValue(3000);
    }

    @Test
    void aClockThatIsSetBackMakesNothingLate() {
        destination.overdueBefore(9000, 0);

        assertThat(destination.overdueBefore(500, LONG)).hasValue(500);
    }

    /** A program that was off for days gave up messages at once that a receiver would have accepted a little later. */
    @Test
    void whatIsLateAtTheStartHasTheLongestPauseToBeAccepted() {
        destination.overdueBefore(Long.MAX_VALUE / 2, 0);

        assertThat(destination.overdueBefore(Long.MAX_VALUE / 2, Duration.ofSeconds(99).toNanos())).isEmpty();
    }

    @Test
    void aSuccessEndsTheCount() {
        destination.overdueBefore(1000, 0);
        destination.succeeded();

        assertThat(destination.overdueBefore(2000, LONG)).isEmpty();
    }
}
