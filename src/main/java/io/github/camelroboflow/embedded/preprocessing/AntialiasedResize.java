package io.github.camelroboflow.embedded.preprocessing;

import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Resizes an image of bytes like Pillow's filter "bilinear": columns, then rows, each with {@link TriangleFilter}, in integers with
 * 22 fractional bits, rounded to bytes in between.
 */
public final class AntialiasedResize {

    private static final int BITS = 22;
    private static final int HALF = 1 << BITS - 1;

    private AntialiasedResize() {
    }

    /** @param image three channels of bytes */
    static Mat apply(Mat image, ImageSize size) {
        return apply(image, size, new Region(0, 0, size.width(), size.height()));
    }

    /**
     * Returns a part of the resized image.
     *
     * @param image three channels of bytes
     * @param size  size of the whole resized image
     * @param part  part of it that is computed
     */
    static Mat apply(Mat image, ImageSize size, Region part) {
        TriangleFilter columns = new TriangleFilter(image.cols(), size.width(), part.left(), part.width());
        TriangleFilter rows = new TriangleFilter(image.rows(), size.height(), part.top(), part.height());
        int[][] columnWeights = fixed(columns);
        int[][] rowWeights = fixed(rows);
        int width = 3 * part.width();
        int first = rows.start(0);
        int end = rows.end(part.height() - 1);
        byte[] resizedRows = new byte[(end - first) * width];
        byte[] source = new byte[3 * image.cols()];
        for (int y = first; y < end; y++) {
            new BytePointer(image.ptr(y)).get(source);
            resizeRow(source, columns, columnWeights, resizedRows, (y - first) * width);
        }
        byte[] pixels = new byte[part.height() * width];
        int[] sums = new int[width];
        for (int y = 0; y < part.height(); y++) {
            mix(resizedRows, rows.start(y) - first, rowWeights[y], sums);
            for (int i = 0; i < width; i++) {
                pixels[y * width + i] = toByte(sums[i]);
            }
        }
        return new Mat(part.height(), part.width(), opencv_core.CV_8UC3, new BytePointer(pixels));
    }

    private static void resizeRow(byte[] source, TriangleFilter filter, int[][] weights, byte[] target, int offset) {
        for (int x = 0; x < weights.length; x++) {
            int blue = HALF;
            int green = HALF;
            int red = HALF;
            int at = 3 * filter.start(x);
            for (int weight : weights[x]) {
                blue += weight * (source[at] & 0xff);
                green += weight * (source[at + 1] & 0xff);
                red += weight * (source[at + 2] & 0xff);
                at += 3;
            }
            target[offset + 3 * x] = toByte(blue);
            target[offset + 3 * x + 1] = toByte(green);
            target[offset + 3 * x + 2] = toByte(red);
        }
    }

    private static void mix(byte[] source, int start, int[] weights, int[] sums) {
        Arrays.fill(sums, HALF);
        for (int j = 0; j < weights.length; j++) {
            int at = (start + j) * sums.length;
            for (int i = 0; i < sums.length; i++) {
                sums[i] += weights[j] * (source[at + i] & 0xff);
            }
        }
    }

    private static byte toByte(int sum) {
        return (byte) Math.max(0, Math.min(255, sum >> BITS));
    }

    private static int[][] fixed(TriangleFilter filter) {
        int[][] weights = new int[filter.size()][];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = Arrays.stream(filter.weights(i)).mapToInt(weight -> (int) (weight * (1 << BITS) + 0.5)).toArray();
        }
        return weights;
    }

    /**
     * The weights with which the pixels of a row are mixed into the pixels of a resized row. The filter is a triangle as wide as
     * two pixels of the coarser row: bilinear interpolation when the row grows, a mix of all old pixels when it shrinks. Equals
     * Pillow's "bilinear" and torch's antialiased "bilinear".
     */
    public static final class TriangleFilter {

        private final int[] starts;
        private final double[][] weights;

        /**
         * @param from number of old pixels
         * @param to   number of new pixels
         */
        public TriangleFilter(int from, int to) {
            this(from, to, 0, to);
        }

        /**
         * @param from  number of old pixels
         * @param to    number of new pixels
         * @param first index of the first new pixel that is computed
         * @param count number of new pixels that are computed
         */
        TriangleFilter(int from, int to, int first, int count) {
            double scale = (double) from / to;
            double support = Math.max(1, scale);
            starts = new int[count];
            weights = new double[count][];
            for (int i = 0; i < count; i++) {
                double centre = (first + i + 0.5) * scale;
                int start = Math.max(0, (int) (centre - support + 0.5));
                int end = Math.min(from, (int) (centre + support + 0.5));
                starts[i] = start;
                weights[i] = weights(start, end, centre, support);
            }
        }

        private static double[] weights(int start, int end, double centre, double support) {
            double[] weights = new double[end - start];
            double sum = 0;
            for (int j = 0; j < weights.length; j++) {
                weights[j] = Math.max(0, 1 - Math.abs((start + j + 0.5 - centre) / support));
                sum += weights[j];
            }
            for (int j = 0; j < weights.length; j++) {
                weights[j] /= sum;
            }
            return weights;
        }

        /** Returns the number of new pixels that are computed. */
        public int size() {
            return starts.length;
        }

        /** Returns the index of the first old pixel that a new one is mixed from. */
        public int start(int pixel) {
            return starts[pixel];
        }

        /** Returns the index after the last old pixel that a new one is mixed from. */
        public int end(int pixel) {
            return starts[pixel] + weights[pixel].length;
        }

        /** Returns the weights of the old pixels, from {@link #start} on. They add up to 1. The array must not be changed. */
        public double[] weights(int pixel) {
            return weights[pixel];
        }
    }
}
