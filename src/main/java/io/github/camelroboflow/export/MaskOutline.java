package io.github.camelroboflow.export;

import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.geometry.Box.Point;
import io.github.camelroboflow.inference.geometry.Mask;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Traces the outline of a mask along the edges of its pixels. Pixels that touch at a corner only belong to different parts. The
 * outline of the largest part is kept, without its holes.
 */
final class MaskOutline {

    /** The steps to the right, down, to the left and up; the next in the list turns right. */
    private static final int[][] STEPS = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
    /** The offset from a corner to the pixel that lies ahead on the left of a step, and on its right. */
    private static final int[][] LEFT = {{0, -1}, {0, 0}, {-1, 0}, {-1, -1}};
    private static final int[][] RIGHT = {{0, 0}, {-1, 0}, {-1, -1}, {0, -1}};

    private final Mask mask;
    /** The pixels under whose upper edge an outline ran. */
    private final BitSet traced;

    private MaskOutline(Mask mask) {
        this.mask = mask;
        traced = new BitSet(mask.width() * mask.height());
    }

    /** Returns the outline that the result has; else that of its mask. Empty if there is neither. */
    static List<Point> of(Detection object) {
        if (!object.points().isEmpty() || object.rle() == null) {
            return object.points();
        }
        return of(object.rle().mask());
    }

    /** Returns the corners of the largest part's outline, clockwise; empty for a mask without pixels. */
    static List<Point> of(Mask mask) {
        return new MaskOutline(mask).largest();
    }

    private List<Point> largest() {
        List<Point> largest = List.of();
        double most = 0;
        for (int i = mask.pixels().nextSetBit(0); i >= 0; i = mask.pixels().nextSetBit(i + 1)) {
            int x = i % mask.width();
            int y = i / mask.width();
            if (!has(x, y - 1) && !traced.get(i)) {
                List<Point> outline = trace(x, y);
                double area = area(outline);
                // that of a hole runs the other way, so its area is negative
                if (area > most) {
                    most = area;
                    largest = outline;
                }
            }
        }
        return largest;
    }

    /** Follows the edge with the pixels of the mask on the right, from the upper left corner of a pixel. */
    private List<Point> trace(int startX, int startY) {
        List<Point> corners = new ArrayList<>();
        int x = startX;
        int y = startY;
        int direction = 0;
        do {
            if (direction == 0) {
                traced.set(y * mask.width() + x);
            }
            x += STEPS[direction][0];
            y += STEPS[direction][1];
            int next = direction;
            if (!has(x + RIGHT[direction][0], y + RIGHT[direction][1])) {
                next = (direction + 1) % STEPS.length;
            } else if (has(x + LEFT[direction][0], y + LEFT[direction][1])) {
                next = (direction + 3) % STEPS.length;
            }
            if (next != direction) {
                corners.add(new Point(mask.left() + x, mask.top() + y));
            }
            direction = next;
        } while (x != startX || y != startY || direction != 0);
        return corners;
    }

    private boolean has(int x, int y) {
        return x >= 0 && y >= 0 && x < mask.width() && y < mask.height() && mask.pixels().get(y * mask.width() + x);
    }

    /** Returns the area in pixels; negative if the corners run counterclockwise on the screen. */
    private static double area(List<Point> corners) {
        double twice = 0;
        for (int i = 0; i < corners.size(); i++) {
            Point from = corners.get(i);
            Point to = corners.get((i + 1) % corners.size());
            twice += from.x() * to.y() - to.x() * from.y();
        }
        return twice / 2;
    }
}
