package io.github.camelroboflow.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DestinationStateTest {

    private static final DeliveryFailure UNREACHABLE = new DeliveryFailure("refused", false, true, null);
    private static final DeliveryFailure ERROR = new DeliveryFailure("status 500", false, false, null);
    private static final long LONG = Duration.ofHours(1).toNanos();

    private final DestinationState lane = new DestinationState("id", "http://127.0.0.1/hook",
            new BackoffPolicy(Duration.ofSeconds(1), Duration.ofSeconds(100), Duration.ofDays(1)), 8);

    private int parcels;

    private String next() {
        return "parcel " + parcels++;
    }

    private void begin(int count) {
        for (int i = 0; i < count; i++) {
            lane.begun();
        }
    }

    @Test
    void rowsAreClaimedSeveralAtOnce() {
        assertThat(lane.capacity(0)).isEqualTo(8);
        begin(8);
        assertThat(lane.capacity(0)).isZero();
        lane.ended();
        assertThat(lane.capacity(0)).isZero();
        lane.ended();
        lane.ended();
        lane.ended();
        assertThat(lane.capacity(0)).isEqualTo(4);
    }

    @Test
    void whatCanNotBeReachedIsTriedByOneRowAfterAPause() {
        assertThat(lane.failed(next(), UNREACHABLE, lane.generation(), 0)).isTrue();

        assertThat(lane.isDown()).isTrue();
        assertThat(lane.capacity(Duration.ofMillis(700).toNanos())).isZero();
        assertThat(lane.capacity(Duration.ofSeconds(1).toNanos())).isEqualTo(1);
        lane.begun();
        assertThat(lane.capacity(LONG)).isZero();
    }

    @Test
    void aServerThatAnswersWithErrorsIsDownAtTheThird() {
        assertThat(lane.failed(next(), ERROR, 0, 0)).isFalse();
        assertThat(lane.failed(next(), ERROR, 0, 0)).isFalse();
        assertThat(lane.failed(next(), ERROR, 0, 0)).isTrue();
    }

    /** One result that a receiver chokes on held up all others. */
    @Test
    void anErrorForOneRowIsNoneOfTheDestinationWhileOthersAreAccepted() {
        for (int i = 0; i < 20; i++) {
            assertThat(lane.failed(next(), ERROR, lane.generation(), 0)).isFalse();
            lane.succeeded();
        }
    }

    /** The whole lane paused, for minutes in the end, whenever a result that a receiver chokes on was tried. */
    @Test
    void anErrorThatIsAlwaysOfOneParcelHoldsUpNoOthers() {
        for (int i = 0; i < 20; i++) {
            assertThat(lane.failed("poison", ERROR, lane.generation(), 0)).isFalse();
            assertThat(lane.capacity(0)).isPositive();
        }
        assertThat(lane.isDegraded()).isTrue();
        assertThat(lane.isDown()).isFalse();
        lane.begun();
        assertThat(lane.capacity(0)).isZero();
        lane.ended();

        lane.succeeded();
        assertThat(lane.isDegraded()).isFalse();
        assertThat(lane.capacity(0)).isEqualTo(8);
    }

    @Test
    void whereOthersFailTooItIsDownWithTheFirstPause() {
        for (int i = 0; i < 20; i++) {
            lane.failed("poison", ERROR, lane.generation(), 0);
        }
        assertThat(lane.failed("second", ERROR, lane.generation(), 0)).isFalse();
        assertThat(lane.failed("third", ERROR, lane.generation(), 0)).isTrue();

        assertThat(lane.isDown()).isTrue();
        assertThat(lane.remainingPause(0)).isLessThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(lane.capacity(0)).isZero();
    }

    @Test
    void rowsThatFailTogetherMakeOnePause() {
        begin(8);
        int generation = lane.generation();
        lane.failed(next(), UNREACHABLE, generation, 0);
        for (int i = 1; i < 8; i++) {
            assertThat(lane.failed(next(), UNREACHABLE, generation, 0)).isFalse();
        }

        assertThat(lane.remainingPause(0)).isLessThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void pausesGrowUntilARowIsAccepted() {
        lane.failed(next(), UNREACHABLE, lane.generation(), 0);
        lane.failed(next(), UNREACHABLE, lane.generation(), 0);
        lane.failed(next(), UNREACHABLE, lane.generation(), 0);
        assertThat(lane.remainingPause(0)).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(4));

        assertThat(lane.succeeded()).isTrue();
        assertThat(lane.capacity(0)).isEqualTo(8);
        lane.failed(next(), UNREACHABLE, lane.generation(), 0);
        assertThat(lane.remainingPause(0)).isLessThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void whatAReceiverAsksForIsThePause() {
        lane.failed(next(), new DeliveryFailure("status 429", false, true, Duration.ofSeconds(30)), 0, 0);

        assertThat(lane.remainingPause(0)).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void whatWasLateAtAFailureIsGivenUpAfterTheLongestPause() {
        long pause = Duration.ofSeconds(100).toNanos();

        assertThat(lane.overdueBefore(1000, 0)).isEmpty();
        assertThat(lane.overdueBefore(2000, pause - 1)).isEmpty();
        assertThat(lane.overdueBefore(3000, pause)).hasValue(1000);
        assertThat(lane.overdueBefore(4000, pause + 1)).isEmpty();
        assertThat(lane.overdueBefore(4000, 2 * pause)).hasValue(3000);
    }

    @Test
    void aClockThatIsSetBackMakesNothingLate() {
        lane.overdueBefore(9000, 0);

        assertThat(lane.overdueBefore(500, LONG)).hasValue(500);
    }

    /** A program that was off for days gave up at once what a receiver that came back a little later would have taken. */
    @Test
    void whatIsLateAtTheStartHasTheLongestPauseToBeAccepted() {
        lane.overdueBefore(Long.MAX_VALUE / 2, 0);

        assertThat(lane.overdueBefore(Long.MAX_VALUE / 2, Duration.ofSeconds(99).toNanos())).isEmpty();
    }

    @Test
    void aSuccessEndsTheCount() {
        lane.overdueBefore(1000, 0);
        lane.succeeded();

        assertThat(lane.overdueBefore(2000, LONG)).isEmpty();
    }
}
