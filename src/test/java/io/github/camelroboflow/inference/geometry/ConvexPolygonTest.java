package io.github.camelroboflow.inference.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.camelroboflow.inference.geometry.Box.ConvexPolygon;
import io.github.camelroboflow.inference.geometry.Box.Point;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConvexPolygonTest {

    /** A square with diagonals of 20, standing on a corner. */
    private static final ConvexPolygon DIAMOND = new ConvexPolygon(
            List.of(new Point(20, 10), new Point(30, 20), new Point(20, 30), new Point(10, 20)));

    private static ConvexPolygon box(double x1, double y1, double x2, double y2) {
        return ConvexPolygon.of(new Box(x1, y1, x2, y2));
    }

    private static ConvexPolygon reversed(ConvexPolygon polygon) {
        List<Point> corners = polygon.corners();
        return new ConvexPolygon(List.of(corners.get(3), corners.get(2), corners.get(1), corners.get(0)));
    }

    @Test
    void areaAndBoundsOfATiltedSquare() {
        assertThat(DIAMOND.area()).isEqualTo(200);
        assertThat(DIAMOND.bounds()).isEqualTo(new Box(10, 10, 30, 30));
        assertThat(DIAMOND.centre()).isEqualTo(new Point(20, 20));
        assertThat(DIAMOND.longestSide()).isEqualTo(Math.hypot(10, 10));
    }

    @Test
    void cornersOfTheBoundsAreNotInside() {
        assertThat(DIAMOND.contains(new Point(20, 20))).isTrue();
        assertThat(DIAMOND.contains(new Point(25, 15))).isTrue();
        assertThat(DIAMOND.contains(new Point(28, 12))).isFalse();
        assertThat(reversed(DIAMOND).contains(new Point(20, 20))).isTrue();
    }

    @Test
    void intersectionsInBothDirections() {
        assertThat(DIAMOND.intersection(box(20, 10, 30, 30))).isEqualTo(100);
        assertThat(reversed(DIAMOND).intersection(box(20, 10, 30, 30))).isEqualTo(100);
        assertThat(box(20, 10, 30, 30).intersection(reversed(DIAMOND))).isEqualTo(100);
        assertThat(DIAMOND.intersection(box(26, 26, 30, 30))).isZero();
        assertThat(DIAMOND.intersection(box(30, 20, 40, 30))).isZero();
        assertThat(box(18, 18, 22, 22).intersection(DIAMOND)).isEqualTo(16);
    }

    @Test
    void aPolygonWithoutAreaHasNoIntersection() {
        assertThat(DIAMOND.intersection(box(20, 10, 20, 30))).isZero();
        assertThat(box(20, 10, 20, 30).contains(new Point(20, 15))).isFalse();
    }

    @Test
    void gapsAreMeasuredToTheSides() {
        assertThat(DIAMOND.gap(box(27, 27, 40, 40))).isCloseTo(2 * Math.sqrt(2), within(1e-9));
        assertThat(DIAMOND.gap(box(35, 0, 40, 40))).isEqualTo(5);
        assertThat(DIAMOND.gap(box(19, 0, 21, 40))).isZero();
    }

    @Test
    void uprightPolygonsBehaveAsBoxes() {
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            Box one = random(random);
            Box other = random(random);
            assertThat(ConvexPolygon.of(one).intersection(ConvexPolygon.of(other)))
                    .isCloseTo(one.intersection(other), within(1e-9));
            assertThat(ConvexPolygon.of(one).gap(ConvexPolygon.of(other))).isCloseTo(one.gap(other), within(1e-9));
        }
    }

    private static Box random(Random random) {
        double x = random.nextInt(50);
        double y = random.nextInt(50);
        return new Box(x, y, x + 1 + random.nextInt(30), y + 1 + random.nextInt(30));
    }

    @Test
    void pixelsOfAPolygonAreThoseWithTheirCentresInside() {
        Mask mask = Mask.ofConvex(DIAMOND, new ImageSize(40, 25));
        int expected = 0;
        for (int y = 0; y < 25; y++) {
            for (int x = 0; x < 40; x++) {
                expected += DIAMOND.contains(new Point(x + 0.5, y + 0.5)) ? 1 : 0;
            }
        }

        assertThat(mask.area()).isEqualTo(expected).isBetween(150L, 200L);
        assertThat(mask.top() + mask.height()).isEqualTo(25);
    }

    @Test
    void polygonsOutsideTheImageHaveNoPixels() {
        assertThat(Mask.ofConvex(DIAMOND, new ImageSize(5, 5)).area()).isZero();
        assertThat(Mask.ofConvex(box(-1e9, 2, 1e9, 3), new ImageSize(5, 5)).area()).isEqualTo(5);
    }
}
