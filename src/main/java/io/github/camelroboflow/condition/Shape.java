package io.github.camelroboflow.condition;

import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.Box.ConvexPolygon;
import io.github.camelroboflow.inference.geometry.Mask;
import java.lang.ref.SoftReference;
import java.util.BitSet;
import java.util.function.LongConsumer;

/** The location of a detection: its box, upright or oriented, and its pixels when they are needed. */
final class Shape {

    private final Detection detection;
    private final Box box;
    /**
     * The mask, which is dropped when memory is short and computed again, because the masks of all detections may not
     * fit.
     */
    private SoftReference<MeasuredMask> pixels = new SoftReference<>(null);

    private final LongConsumer pixelBudget;

    /** @param pixelBudget called with the number of pixels before they are compared; may throw an exception */
    Shape(Detection detection, LongConsumer pixelBudget) {
        this.detection = detection;
        this.pixelBudget = pixelBudget;
        this.box = detection.box();
    }

    boolean holdsCentreOf(Shape other) {
        return oriented(other) ? polygon().contains(other.polygon().centre()) : box.contains(other.box.centre());
    }

    /** Returns whether the gap between the boxes is at most half the longer side of the smaller one. */
    boolean isNear(Shape other) {
        double gap = oriented(other) ? polygon().gap(other.polygon()) : box.gap(other.box);
        return gap <= longerSideOfSmaller(this, other) / 2;
    }

    /** Returns whether at least half of this shape lies in the other. */
    boolean isInside(Shape other) {
        boolean byPixels = hasMask() && other.hasMask();
        double area = byPixels ? pixels().area() : boxArea();
        // a shape without an area has no half
        return area == 0 ? other.holdsCentreOf(this) : common(other, byPixels) * 2 >= area;
    }

    boolean overlaps(Shape other) {
        return common(other, hasMask() && other.hasMask()) > 0;
    }

    private double common(Shape other, boolean byPixels) {
        if (!byPixels) {
            return oriented(other) ? polygon().intersection(other.polygon()) : box.intersection(other.box);
        }
        MeasuredMask thisMask = pixels();
        MeasuredMask otherMask = other.pixels();
        if (!thisMask.mayIntersect(otherMask)) {
            return 0;
        }
        pixelBudget.accept(Math.min(thisMask.area(), otherMask.area()));
        return thisMask.intersection(otherMask);
    }

    /** Returns whether one of both boxes is oriented, so that the corners of both count. */
    private boolean oriented(Shape other) {
        return detection.oriented() || other.detection.oriented();
    }

    private ConvexPolygon polygon() {
        return detection.polygon();
    }

    private double boxArea() {
        return detection.oriented() ? polygon().area() : box.area();
    }

    private double longerSide() {
        return detection.oriented() ? polygon().longestSide() : Math.max(box.width(), box.height());
    }

    private boolean hasMask() {
        return detection.masked();
    }

    private MeasuredMask pixels() {
        MeasuredMask known = pixels.get();
        if (known == null) {
            Mask mask = detection.mask().orElseThrow();
            pixelBudget.accept((long) mask.width() * mask.height());
            known = MeasuredMask.of(mask);
            pixels = new SoftReference<>(known);
        }
        return known;
    }

    private static double longerSideOfSmaller(Shape a, Shape b) {
        if (a.boxArea() == b.boxArea()) {
            return Math.min(a.longerSide(), b.longerSide());
        }
        return a.boxArea() < b.boxArea() ? a.longerSide() : b.longerSide();
    }

    /**
     * A mask with its area and bounds. A mask's window may be the whole image, so that most pairs of masks are
     * distinguished by their bounds without comparing pixels.
     *
     * @param area the number of pixels
     * @param bounds the smallest box around the pixels
     */
    record MeasuredMask(Mask mask, long area, Box bounds) {

        static MeasuredMask of(Mask mask) {
            int left = Integer.MAX_VALUE;
            int top = Integer.MAX_VALUE;
            int right = Integer.MIN_VALUE;
            int bottom = Integer.MIN_VALUE;
            for (int i = mask.pixels().nextSetBit(0); i >= 0; i = mask.pixels().nextSetBit(i + 1)) {
                int x = mask.left() + i % mask.width();
                int y = mask.top() + i / mask.width();
                left = Math.min(left, x);
                top = Math.min(top, y);
                right = Math.max(right, x + 1);
                bottom = Math.max(bottom, y + 1);
            }
            return new MeasuredMask(cropped(mask, left, top, right, bottom), mask.area(), new Box(left, top, right, bottom));
        }

        /**
         * Returns the mask without the empty area around it. A window of the whole image for each of hundreds of masks
         * needs too much memory.
         */
        private static Mask cropped(Mask mask, int left, int top, int right, int bottom) {
            if (right <= left || (long) (right - left) * (bottom - top) * 2 > (long) mask.width() * mask.height()) {
                return mask;
            }
            BitSet pixels = new BitSet((right - left) * (bottom - top));
            for (int i = mask.pixels().nextSetBit(0); i >= 0; i = mask.pixels().nextSetBit(i + 1)) {
                int x = mask.left() + i % mask.width() - left;
                int y = mask.top() + i / mask.width() - top;
                pixels.set(y * (right - left) + x);
            }
            return new Mask(left, top, right - left, bottom - top, pixels);
        }

        /** Returns whether the bounds allow common pixels. */
        boolean mayIntersect(MeasuredMask other) {
            return area > 0 && other.area > 0 && bounds.intersection(other.bounds) > 0;
        }

        long intersection(MeasuredMask other) {
            return area <= other.area ? mask.intersection(other.mask) : other.mask.intersection(mask);
        }
    }
}
