package io.github.camelroboflow.condition;

import io.github.camelroboflow.inference.Box;
import io.github.camelroboflow.inference.Detection;

/** Where a detection is: its box, and its pixels once somebody asks for them. */
final class Shape {

    private final Detection detection;
    private final Box box;
    private Pixels pixels;

    Shape(Detection detection) {
        this.detection = detection;
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
        return byPixels ? pixels().intersection(other.pixels()) : box.intersection(other.box);
    }

    private boolean hasMask() {
        return detection.rle() != null || !detection.points().isEmpty();
    }

    private Pixels pixels() {
        if (pixels == null) {
            pixels = Pixels.of(detection.mask().orElseThrow());
        }
        return pixels;
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
