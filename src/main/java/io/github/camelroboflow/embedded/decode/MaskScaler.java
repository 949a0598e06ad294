package io.github.camelroboflow.embedded.decode;

import io.github.camelroboflow.embedded.decode.InstanceMasks.PixelMask;
import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.embedded.preprocessing.AntialiasedResize.TriangleFilter;
import io.github.camelroboflow.embedded.preprocessing.Placement;
import java.util.Arrays;

/**
 * Scales masks from a net's small plane to the image. The padding is cut off, the rest is scaled to the part of the image that the
 * net saw, and a pixel belongs to the mask if it exceeds a threshold (Roboflow inference, engine N). Only pixels that can exceed it
 * are computed: a mix of values below the threshold is below it, too.
 */
final class MaskScaler {

    private final Placement placement;
    private final int width;
    private final int height;
    private final Region content;
    private final Region target;
    private final TriangleFilter columns;
    private final TriangleFilter rows;

    /**
     * @param width  width of the masks' plane, which shows the same as the net's input
     * @param height height of the masks' plane
     */
    MaskScaler(Placement placement, int width, int height) {
        this.placement = placement;
        this.width = width;
        this.height = height;
        int left = scaled(placement.padLeft(), width, placement.input().width());
        int top = scaled(placement.padTop(), height, placement.input().height());
        int right = scaled(placement.padRight(), width, placement.input().width());
        int bottom = scaled(placement.padBottom(), height, placement.input().height());
        content = new Region(left, top, width - left - right, height - top - bottom);
        target = placement.visible();
        columns = new TriangleFilter(content.width(), target.width());
        rows = new TriangleFilter(content.height(), target.height());
    }

    private static int scaled(int pad, int side, int inputSide) {
        return Math.max(0, (int) Math.rint((double) pad * side / inputSide));
    }

    /** Returns the part of the masks' plane that a box in input pixels covers, without padding; may be empty. */
    Region window(float x1, float y1, float x2, float y2) {
        float scaleX = (float) width / placement.input().width();
        float scaleY = (float) height / placement.input().height();
        int left = clamp(x1 * scaleX, content.left(), content.left() + content.width());
        int top = clamp(y1 * scaleY, content.top(), content.top() + content.height());
        int right = clamp(x2 * scaleX, left, content.left() + content.width());
        int bottom = clamp(y2 * scaleY, top, content.top() + content.height());
        return new Region(left, top, right - left, bottom - top);
    }

    /** Returns the part of the masks' plane without padding. */
    Region window() {
        return content;
    }

    private static int clamp(float value, int low, int high) {
        return (int) Math.max(low, Math.min(high, Math.rint(value)));
    }

    /**
     * @param window    part of the masks' plane; outside it, the mask is 0
     * @param values    values of the window, row by row
     * @param threshold threshold, 0 or more
     */
    PixelMask scale(Region window, float[] values, float threshold) {
        Region core = exceeding(window, values, threshold);
        if (core.width() == 0) {
            return PixelMask.EMPTY;
        }
        int[] x = affected(columns, core.left() - content.left(), core.width());
        int[] y = affected(rows, core.top() - content.top(), core.height());
        float[][] stretched = new float[window.height()][];
        byte[] pixels = new byte[(x[1] - x[0]) * (y[1] - y[0])];
        float[] sums = new float[x[1] - x[0]];
        int top = window.top() - content.top();
        for (int row = y[0]; row < y[1]; row++) {
            Arrays.fill(sums, 0);
            double[] weights = rows.weights(row);
            for (int source = Math.max(top, rows.start(row)); source < Math.min(top + window.height(), rows.end(row)); source++) {
                int index = source - top;
                if (stretched[index] == null) {
                    stretched[index] = stretch(window, values, index, x);
                }
                float weight = (float) weights[source - rows.start(row)];
                for (int i = 0; i < sums.length; i++) {
                    sums[i] += weight * stretched[index][i];
                }
            }
            for (int i = 0; i < sums.length; i++) {
                pixels[(row - y[0]) * sums.length + i] = (byte) (sums[i] > threshold ? -1 : 0);
            }
        }
        return new PixelMask(new Region(target.left() + x[0], target.top() + y[0], x[1] - x[0], y[1] - y[0]), pixels);
    }

    /** Returns a row of the window at the image's width, from column {@code x[0]} to before {@code x[1]}. */
    private float[] stretch(Region window, float[] values, int row, int[] x) {
        int left = window.left() - content.left();
        float[] stretched = new float[x[1] - x[0]];
        for (int column = x[0]; column < x[1]; column++) {
            double[] weights = columns.weights(column);
            float sum = 0;
            int end = Math.min(left + window.width(), columns.end(column));
            for (int source = Math.max(left, columns.start(column)); source < end; source++) {
                sum += (float) weights[source - columns.start(column)] * values[row * window.width() + source - left];
            }
            stretched[column - x[0]] = sum;
        }
        return stretched;
    }

    /** Returns the smallest part of the window that holds all values above the threshold; its width is 0 if there are none. */
    private static Region exceeding(Region window, float[] values, float threshold) {
        int left = window.width();
        int right = 0;
        int top = window.height();
        int bottom = 0;
        for (int y = 0; y < window.height(); y++) {
            for (int x = 0; x < window.width(); x++) {
                if (values[y * window.width() + x] > threshold) {
                    left = Math.min(left, x);
                    right = Math.max(right, x + 1);
                    top = Math.min(top, y);
                    bottom = y + 1;
                }
            }
        }
        return right == 0 ? PixelMask.EMPTY.window()
                : new Region(window.left() + left, window.top() + top, right - left, bottom - top);
    }

    /** Returns the range of new pixels, end exclusive, that any of these old pixels contributes to. */
    private static int[] affected(TriangleFilter filter, int start, int length) {
        int from = 0;
        while (from < filter.size() && filter.end(from) <= start) {
            from++;
        }
        int to = filter.size();
        while (to > from && filter.start(to - 1) >= start + length) {
            to--;
        }
        return new int[] {from, to};
    }
}
