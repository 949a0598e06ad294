package io.github.camelroboflow.embedded;

import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Spreads the range between the 2nd and the 98th percentile of all channels' values over 0 to 255 (Roboflow inference, engine N).
 * Percentiles between two values are interpolated, results are cut off to whole numbers.
 */
final class ContrastStretching {

    private ContrastStretching() {
    }

    /** @param image channels of bytes; not changed */
    static Mat apply(Mat image) {
        return Pixels.mapped(image, table(Pixels.histogram(image)));
    }

    /** The new value for each old one. */
    static byte[] table(long[] histogram) {
        double low = percentile(histogram, 0.02);
        double high = percentile(histogram, 0.98);
        byte[] table = new byte[256];
        for (int i = 0; i < 256; i++) {
            double clipped = Math.max(low, Math.min(high, i));
            table[i] = (byte) (int) (low == high ? clipped : (clipped - low) / (high - low) * 255);
        }
        return table;
    }

    private static double percentile(long[] histogram, double fraction) {
        long count = 0;
        for (long values : histogram) {
            count += values;
        }
        double rank = fraction * (count - 1);
        int below = valueAt(histogram, (long) Math.floor(rank));
        int above = valueAt(histogram, (long) Math.ceil(rank));
        return below + (above - below) * (rank - Math.floor(rank));
    }

    private static int valueAt(long[] histogram, long rank) {
        long seen = 0;
        int value = -1;
        while (seen <= rank) {
            seen += histogram[++value];
        }
        return value;
    }
}
