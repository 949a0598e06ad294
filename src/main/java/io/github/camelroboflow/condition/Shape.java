package io.github.camelroboflow.condition;

import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.Mask;
import java.lang.ref.SoftReference;
import java.util.BitSet;
import java.util.function.LongConsumer;

/** Where a detection is: its box, and its pixels once somebody asks for them. */
final class Shape {

    private final Detection detection;
    private final Box box;
    /** Goes when memory is short, and is made again then: those of all detections may take more than there is. */
    private SoftReference<MeasuredMask> pixels = new SoftReference<>(null);

    private final LongConsumer pixelBudget;

    /** @param spend told how many pixels are about to be looked at; may refuse it */
    Shape(Detection detection, LongConsumer spend) {
        this.detection = detection;
        this.pixelBudget = spend;
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
        MeasuredMask mine = pixels();
        MeasuredMask others = other.pixels();
        if (!mine.mayIntersect(others)) {
            return 0;
        }
        pixelBudget.accept(Math.min(mine.area(), others.area()));
        return mine.intersection(others);
    }

    private boolean hasMask() {
        return detection.rle() != null || !detection.points().isEmpty();
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

    private static double longerSideOfSmaller(Box a, Box b) {
        double sideOfA = Math.max(a.width(), a.height());
        double sideOfB = Math.max(b.width(), b.height());
        if (a.area() == b.area()) {
            return Math.min(sideOfA, sideOfB);
        }
        return a.area() < b.area() ? sideOfA : sideOfB;
    }

    /**
     * A mask with what is asked of it again and again: a mask's window may be the whole image, so that most pairs of masks are told
     * apart by their bounds without looking at pixels.
     *
     * @param area   how many pixels it has
     * @param bounds the smallest box around its pixels
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

        /** Without what is around its pixels: a window of the whole image for each of hundreds of masks takes too much memory. */
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

        /** Whether they may have pixels in common, by their bounds. */
        boolean mayIntersect(MeasuredMask other) {
            return area > 0 && other.area > 0 && bounds.intersection(other.bounds) > 0;
        }

        long intersection(MeasuredMask other) {
            return area <= other.area ? mask.intersection(other.mask) : other.mask.intersection(mask);
        }
    }
}
