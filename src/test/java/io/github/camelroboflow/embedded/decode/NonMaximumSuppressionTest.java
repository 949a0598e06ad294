package io.github.camelroboflow.embedded.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.camelroboflow.embedded.decode.NonMaximumSuppression.Candidates;
import io.github.camelroboflow.embedded.decode.NonMaximumSuppression.GaussianBox;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NonMaximumSuppressionTest {

    private final Candidates candidates = new Candidates();

    private int[] keep(double overlap, int maxDetections, boolean classAgnostic) {
        return NonMaximumSuppression.keep(candidates, overlap, maxDetections, classAgnostic);
    }

    @Test
    void keepsTheMostConfidentOfOverlappingBoxes() {
        candidates.add(0, 0, 10, 10, 0.5f, 0, 0);
        candidates.add(1, 0, 11, 10, 0.9f, 0, 0);
        candidates.add(50, 50, 60, 60, 0.6f, 0, 0);

        assertThat(keep(0.3, 300, false)).containsExactly(1, 2);
    }

    @Test
    void overlapIsIntersectionOverUnionAndMustBeExceeded() {
        candidates.add(0, 0, 10, 10, 0.9f, 0, 0);
        candidates.add(0, 0, 10, 5, 0.8f, 0, 0);

        assertThat(candidates.intersectionOverUnion(0, 1)).isEqualTo(0.5f);
        assertThat(keep(0.5, 300, false)).containsExactly(0, 1);
        assertThat(keep(0.49, 300, false)).containsExactly(0);
    }

    @Test
    void aSmallBoxWithinALargeOneStays() {
        candidates.add(0, 0, 100, 100, 0.9f, 0, 0);
        candidates.add(40, 40, 50, 50, 0.8f, 0, 0);

        assertThat(keep(0.3, 300, false)).containsExactly(0, 1);
    }

    @Test
    void suppressedBoxesDoNotSuppressOthers() {
        candidates.add(0, 0, 10, 10, 0.9f, 0, 0);
        candidates.add(4, 0, 14, 10, 0.8f, 0, 0);
        candidates.add(8, 0, 18, 10, 0.7f, 0, 0);

        assertThat(keep(0.3, 300, false)).containsExactly(0, 2);
    }

    @Test
    void classesAreIndependentUnlessAgnostic() {
        candidates.add(0, 0, 10, 10, 0.8f, 0, 0);
        candidates.add(0, 0, 10, 10, 0.9f, 1, 0);

        assertThat(keep(0.3, 300, false)).containsExactly(1, 0);
        assertThat(keep(0.3, 300, true)).containsExactly(1);
    }

    @Test
    void equalScoresKeepTheirOrder() {
        for (int i = 0; i < 200; i++) {
            candidates.add(20 * i, 0, 20 * i + 10, 10, i % 2 == 0 ? 0.5f : 0.75f, 0, 0);
        }
        int[] kept = keep(0.3, 300, false);

        assertThat(kept).hasSize(200).startsWith(1, 3, 5, 7).endsWith(194, 196, 198);
    }

    @Test
    void equalBoxesWithEqualScoresLeaveTheFirst() {
        candidates.add(0, 0, 10, 10, 0.5f, 0, 0);
        candidates.add(0, 0, 10, 10, 0.5f, 0, 0);

        assertThat(keep(0.3, 300, false)).containsExactly(0);
    }

    @Test
    void maxDetectionsCountsOverAllClasses() {
        candidates.add(0, 0, 10, 10, 0.7f, 0, 0);
        candidates.add(20, 0, 30, 10, 0.9f, 1, 0);
        candidates.add(40, 0, 50, 10, 0.8f, 0, 0);

        assertThat(keep(0.3, 2, false)).containsExactly(1, 2);
    }

    @Test
    void boxesWithoutAreaOrEndAreNoCandidates() {
        candidates.add(5, 5, 5, 9, 0.9f, 0, 0);
        candidates.add(9, 5, 5, 9, 0.9f, 0, 0);
        candidates.add(5, 5, Float.POSITIVE_INFINITY, 9, 0.9f, 0, 0);
        candidates.add(Float.NaN, 5, 9, 9, 0.9f, 0, 0);

        assertThat(candidates.size()).isZero();
        assertThat(candidates.dropped()).isEqualTo(4);
    }

    @Test
    void noCandidatesGiveNoDetections() {
        assertThat(keep(0.3, 300, false)).isEmpty();
    }

    private int[] keepOriented(double overlap, boolean classAgnostic, float... angles) {
        return NonMaximumSuppression.keepOriented(candidates, angles, overlap, 300, classAgnostic);
    }

    /** The numbers are those of numpy in double precision. */
    @Test
    void probabilisticOverlapsOfOrientedBoxes() {
        GaussianBox box = GaussianBox.of(50, 50, 100, 20, 0.3);

        assertThat(box.intersectionOverUnion(box)).isCloseTo(0.9995528, within(1e-6));
        assertThat(box.intersectionOverUnion(GaussianBox.of(50, 50, 100, 20, 0.3 + Math.PI / 2)))
                .isCloseTo(0.2155354, within(1e-6));
        assertThat(box.intersectionOverUnion(GaussianBox.of(60, 50, 100, 20, 0.3))).isCloseTo(0.7869791, within(1e-6));
        assertThat(box.intersectionOverUnion(GaussianBox.of(52, 55, 90, 25, 0.5))).isCloseTo(0.6556083, within(1e-6));
    }

    @Test
    void crossedOrientedBoxesStayAndEqualOnesDoNot() {
        candidates.addCentred(100, 100, 100, 10, 0.9f, 0, 0);
        candidates.addCentred(100, 100, 100, 10, 0.8f, 0, 0);
        candidates.addCentred(101, 100, 100, 10, 0.7f, 0, 0);

        assertThat(keepOriented(0.3, false, 0.7f, 0.7f + (float) Math.PI / 2, 0.7f)).containsExactly(0, 1);
    }

    @Test
    void farOrientedBoxesStayHoweverSmallTheLimit() {
        candidates.addCentred(100, 100, 100, 10, 0.9f, 0, 0);
        candidates.addCentred(100, 500, 100, 10, 0.8f, 0, 0);
        candidates.addCentred(120, 100, 100, 10, 0.7f, 1, 0);

        assertThat(keepOriented(0.01, false, 0, 0, 0)).containsExactly(0, 1, 2);
        assertThat(keepOriented(0.01, true, 0, 0, 0)).containsExactly(0, 1);
    }

    @Test
    void theShortcutForFarBoxesChangesNoResult() {
        Random random = new Random(5);
        for (int i = 0; i < 2000; i++) {
            GaussianBox one = random(random);
            GaussianBox other = random(random);
            double limit = random.nextDouble();
            assertThat(one.reaches(other, limit)).isEqualTo(one.intersectionOverUnion(other) >= limit);
        }
    }

    private static GaussianBox random(Random random) {
        return GaussianBox.of(100 * random.nextDouble(), 100 * random.nextDouble(), 1 + 60 * random.nextDouble(),
                1 + 60 * random.nextDouble(), 4 * random.nextDouble());
    }
}
