package io.github.camelroboflow.embedded.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.embedded.session.Backlog.ImageTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BacklogTest {

    private static final int THREADS = InferencePool.SIZE;

    private final Backlog backlog = new Backlog();

    private static ImageTime of(int milliseconds) {
        ImageTime time = new ImageTime();
        time.add(Duration.ofMillis(milliseconds));
        return time;
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            # images, ms that they need, ms of each further image, further images, threads, expected ms
            0,    0, 100,  1, 2,    0
            1,  100, 100,  1, 2,    0
            2,  200, 100,  1, 2,  200
            2,  100, 100,  1, 2,  150
            4,  400, 100,  1, 2,  300
            4,  400, 100,  3, 2,  400
            4,  400, 100,  1, 1,  500
            8, 4000,  10,  1, 4, 1010
            1,   50, 100,  1, 1,  150
            0,    0, 100, 20, 2,    0
            64,   0,   0,  1, 2,    0
            """)
    void theWorkBeforeAnImageIsDividedAmongTheThreads(int images, int before, int each, int further, int threads, int expected) {
        assertThat(Backlog.estimate(images, before * 1_000_000L, each * 1_000_000L, further, threads))
                .isEqualTo(Duration.ofMillis(expected));
    }

    @Test
    void imagesThatWaitRunAndEndAreCountedByTheTimeThatIsLeftOfThem() {
        Backlog.Share share = backlog.add(of(100), 2 * THREADS);
        assertThat(backlog.estimate(of(7), 0, 1)).isEqualTo(Duration.ofMillis(207));

        for (int i = 0; i < THREADS; i++) {
            share.start();
        }
        assertThat(backlog.estimate(of(7), 0, 1)).isEqualTo(Duration.ofMillis(157));

        for (int i = 0; i < THREADS; i++) {
            share.end();
        }
        assertThat(backlog.estimate(of(7), 0, 1)).isEqualTo(Duration.ofMillis(107));
        share.drop();
        assertThat(backlog.estimate(of(7), 0, 1)).isZero();
    }

    @Test
    void imagesThatTheEngineGetsBeforeCountToo() {
        assertThat(backlog.estimate(of(30), THREADS - 1, 1)).isZero();
        assertThat(backlog.estimate(of(30), 2 * THREADS, 1)).isEqualTo(Duration.ofMillis(90));
    }

    /** Clients that left, or whose time was over, must not keep others out. */
    @Test
    void imagesThatNeverStartCountNoLonger() {
        Backlog.Share share = backlog.add(of(100), 5 * THREADS);
        share.start();
        share.drop();
        share.drop();
        share.end();

        assertThat(backlog.estimate(of(100), 0, 1)).isZero();
        assertThat(backlog.estimate(of(100), THREADS, 1)).isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void anAssumedTimeHoldsUntilTheFirstImageIsMeasured() {
        ImageTime time = new ImageTime();
        assertThat(time.nanos()).isZero();
        time.assume(Duration.ofNanos(9_000));
        assertThat(time.nanos()).isEqualTo(9_000);

        time.add(Duration.ofNanos(800));
        time.assume(Duration.ofNanos(9_000));
        assertThat(time.nanos()).isEqualTo(800);
    }

    @Test
    void theTimeFollowsTheMeasuredOnes() {
        ImageTime time = new ImageTime();
        time.add(Duration.ofNanos(800));
        time.add(Duration.ofNanos(1600));
        assertThat(time.nanos()).isEqualTo(900);

        for (int i = 0; i < 100; i++) {
            time.add(Duration.ofNanos(1600));
        }
        assertThat(time.nanos()).isBetween(1590L, 1600L);
    }
}
