package io.github.camelroboflow.condition;

import io.github.camelroboflow.inference.Box;
import io.github.camelroboflow.inference.Mask;
import java.util.BitSet;

/**
 * A mask with what is asked of it again and again: a mask's window may be the whole image, so that most pairs of masks are told
 * apart by their bounds without looking at pixels.
 *
 * @param area   how many pixels it has
 * @param bounds the smallest box around its pixels
 */
record Pixels(Mask mask, long area, Box bounds) {

    static Pixels of(Mask mask) {
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
        return new Pixels(cropped(mask, left, top, right, bottom), mask.area(), new Box(left, top, right, bottom));
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
    boolean mayMeet(Pixels other) {
        return area > 0 && other.area > 0 && bounds.intersection(other.bounds) > 0;
    }

    long intersection(Pixels other) {
        return area <= other.area ? mask.intersection(other.mask) : other.mask.intersection(mask);
    }
}
