package io.github.camelroboflow.annotate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.inference.geometry.Box;
import java.awt.Dimension;
import java.awt.Rectangle;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabelPlacementTest {

    private static final Dimension IMAGE = new Dimension(200, 100);
    private static final Dimension LABEL = new Dimension(40, 10);

    private static List<Rectangle> place(List<Rectangle> taken, Box... boxes) {
        return new LabelPlacement(IMAGE, 2, List.of(boxes), taken)
                .place(List.of(boxes).stream().map(box -> LABEL).toList(), false);
    }

    @Test
    void aLabelStandsAboveItsObjectOnTheLeft() {
        assertThat(place(List.of(), new Box(20, 30, 120, 80))).containsExactly(new Rectangle(20, 20, 40, 10));
    }

    @Test
    void aLabelStandsInAnObjectThatReachesTheTop() {
        assertThat(place(List.of(), new Box(20, 0, 120, 80))).containsExactly(new Rectangle(20, 0, 40, 10));
    }

    @Test
    void aLabelGivesWayToAMoreConfidentOne() {
        List<Rectangle> places = place(List.of(), new Box(20, 30, 120, 80), new Box(22, 31, 120, 82));

        assertThat(places.get(0)).isEqualTo(new Rectangle(20, 20, 40, 10));
        Rectangle withGap = new Rectangle(places.get(0));
        withGap.grow(2, 2);
        assertThat(places.get(1).intersects(withGap)).isFalse();
    }

    @Test
    void aLabelDoesNotHideAnotherObjectWhereItCanStandElsewhere() {
        Box other = new Box(20, 15, 60, 29);

        assertThat(place(List.of(), new Box(20, 30, 120, 80), other).get(0).intersects(new Rectangle(20, 15, 40, 14))).isFalse();
    }

    @Test
    void aTakenPlaceIsNotUsed() {
        Rectangle banner = new Rectangle(0, 0, 200, 30);

        assertThat(place(List.of(banner), new Box(20, 30, 120, 80)).get(0).intersects(banner)).isFalse();
    }

    @Test
    void aLabelWithoutAnyFreePlaceHasNone() {
        assertThat(place(List.of(new Rectangle(IMAGE)), new Box(20, 30, 120, 80))).containsOnlyNulls();
    }

    @Test
    void anObjectOutsideTheImageHasItsLabelAtTheEdge() {
        assertThat(place(List.of(), new Box(-1e6, 300, -5e5, 400))).containsExactly(new Rectangle(0, 90, 40, 10));
    }
}
