package io.github.camelroboflow.embedded;

/**
 * How each of a row's new pixels is mixed from its old ones by a triangle as wide as two pixels of the coarser row, which is
 * bilinear interpolation where the row grows, and takes all old pixels in account where it shrinks. Pillow's "bilinear" and torch's
 * antialiased "bilinear" are this.
 */
final class TriangleFilter {

    private final int[] starts;
    private final double[][] weights;

    /**
     * @param from how many old pixels there are
     * @param to   how many new ones
     */
    TriangleFilter(int from, int to) {
        double scale = (double) from / to;
        double support = Math.max(1, scale);
        starts = new int[to];
        weights = new double[to][];
        for (int i = 0; i < to; i++) {
            double centre = (i + 0.5) * scale;
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

    /** How many new pixels there are. */
    int size() {
        return starts.length;
    }

    /** The first old pixel that a new one is mixed from. */
    int start(int pixel) {
        return starts[pixel];
    }

    /** The old pixel after the last that a new one is mixed from. */
    int end(int pixel) {
        return starts[pixel] + weights[pixel].length;
    }

    /** Their shares, from {@link #start} on; they add up to 1. Not to be changed. */
    double[] weights(int pixel) {
        return weights[pixel];
    }
}
