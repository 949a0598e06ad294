package io.github.camelroboflow.condition;

import io.github.camelroboflow.inference.Box;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Mask;
import java.lang.ref.SoftReference;
import java.util.function.LongConsumer;

/** Where a detection is: its box, and its pixels once somebody asks for them. */
final class Shape {

    private final Detection detection;
    private final Box box;
    /** Goes when memory is short, and is made again then: those of all detections may take more than there is. */
    private SoftReference<Pixels> pixels = new SoftReference<>(null);

    private final LongConsumer spend;

    /** @param spend told how many pixels are about to be looked at; may refuse it */
    Shape(Detection detection, LongConsumer spend) {
        this.detection = detection;
        this.spend = spend;
        this.box = detection.box();
    }

    boolean holdsCentreOf(Shape other) {
        return box.contains(other.box.centre());
    }

    /** The gap between the boxes is at most half the longer side of the smaller one. */
    boolean isNear(Shape other) {
        return box.gap(other.box) <= longerSideOfSmaller(box, other.box) / 2;
    }

    /** At least half of this lies in the other. */
    boolean isInside(Shape other) {
        boolean byPixels = hasMask() && other.hasMask();
        double area = byPixels ? pixels().area() : box.area();
        // something without an extent has no half
        return area == 0 ? other.holdsCentreOf(this) : common(other, byPixels) * 2 >= area;
    }

    boolean overlaps(Shape other) {
        return common(other, hasMask() && other.hasMask()) > 0;
    }

    private double common(Shape other, boolean byPixels) {
        if (!byPixels) {
            return box.intersection(other.box);
        }
        Pixels mine = pixels();
        Pixels others = other.pixels();
        if (!mine.mayMeet(others)) {
            return 0;
        }
        spend.accept(Math.min(mine.area(), others.area()));
        return mine.intersection(others);
    }

    private boolean hasMask() {
        return detection.rle() != null || !detection.points().isEmpty();
    }

    private Pixels pixels() {
        Pixels known = pixels.get();
        if (known == null) {
            Mask mask = detection.mask().orElseThrow();
            spend.accept((long) mask.width() * mask.height());
            known = Pixels.of(mask);
            pixels = new SoftReference<>(known);
        }
        return known;
    }

    private static double longerSideOfSmaller(Box a, Box b) {
        double sideOfA = Math.max(a.width(), a.height());
        double sideOfB = Math.max(b.width(), b.height());
        if (a.area() == b.area()) {
            return Math.min(sideOfA, sideOfB);
        }
        return a.area() < b.area() ? sideOfA : sideOfB;
    }
}
