package io.github.camelroboflow.embedded;

import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Gives each value, of all channels alike, the share of values that are not greater, so that all shares of the range are used
 * equally (Roboflow inference, engine N, which uses scikit-image's equalize_hist: 256 bins from the least to the greatest value,
 * the shares interpolated between the bins' centres, results cut off to whole numbers).
 */
final class HistogramEqualization {

    private static final int BINS = 256;

    private HistogramEqualization() {
    }

    /** @param image channels of bytes; not changed */
    static Mat apply(Mat image) {
        return Pixels.mapped(image, table(Pixels.histogram(image)));
    }

    /** The new value for each old one. */
    static byte[] table(long[] histogram) {
        int low = 0;
        while (histogram[low] == 0) {
            low++;
        }
        int high = histogram.length - 1;
        while (histogram[high] == 0) {
            high--;
        }
        // of a single value, the bins reach half of the range to each side
        double first = low == high ? low - 127.5 : low;
        double width = (low == high ? 255.0 : high - low) / BINS;
        float[] shares = shares(histogram, first, width);
        byte[] table = new byte[histogram.length];
        for (int value = 0; value < table.length; value++) {
            table[value] = (byte) (int) ((float) interpolate(shares, (value - first) / width - 0.5) * 255);
        }
        return table;
    }

    /** For each bin, the share of values in it and those below. */
    private static float[] shares(long[] histogram, double first, double width) {
        long[] bins = new long[BINS];
        long count = 0;
        for (int value = 0; value < histogram.length; value++) {
            bins[Math.max(0, Math.min(BINS - 1, (int) ((value - first) / width)))] += histogram[value];
            count += histogram[value];
        }
        float[] shares = new float[BINS];
        long seen = 0;
        for (int bin = 0; bin < BINS; bin++) {
            seen += bins[bin];
            shares[bin] = (float) ((double) seen / count);
        }
        return shares;
    }

    private static double interpolate(float[] shares, double position) {
        int below = (int) Math.floor(position);
        if (below < 0) {
            return shares[0];
        }
        return below >= BINS - 1 ? shares[BINS - 1] : shares[below] + (position - below) * (shares[below + 1] - shares[below]);
    }
}
