package io.github.camelroboflow.embedded.preprocessing;

import java.util.function.BiConsumer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/** The contrast steps of the platform, by their names. */
public enum Contrast {

    NONE("", Mat::copyTo),
    STRETCHING("Contrast Stretching", ContrastStretching::apply),
    HISTOGRAM_EQUALIZATION("Histogram Equalization", HistogramEqualization::apply),
    ADAPTIVE_EQUALIZATION("Adaptive Equalization", AdaptiveEqualization::apply);

    private static final int VALUES = 256;

    private final String title;
    private final BiConsumer<Mat, Mat> step;

    Contrast(String title, BiConsumer<Mat, Mat> step) {
        this.title = title;
        this.step = step;
    }

    /** @throws IllegalArgumentException if there is no such contrast step */
    public static Contrast of(String title) {
        for (Contrast contrast : values()) {
            if (contrast != NONE && contrast.title.equalsIgnoreCase(title.strip())) {
                return contrast;
            }
        }
        throw new IllegalArgumentException("its contrast step '" + title + "' is none of " + STRETCHING.title + ", "
                + HISTOGRAM_EQUALIZATION.title + " and " + ADAPTIVE_EQUALIZATION.title);
    }

    /** Returns how often each value occurs, in all channels together. */
    private static long[] histogram(Mat image) {
        long[] histogram = new long[VALUES];
        byte[] row = new byte[image.cols() * image.channels()];
        for (int y = 0; y < image.rows(); y++) {
            image.ptr(y).get(row);
            for (byte value : row) {
                histogram[value & 0xff]++;
            }
        }
        return histogram;
    }

    /** @param table the new value for each old one */
    private static void map(Mat image, byte[] table, Mat target) {
        opencv_core.LUT(image, new Mat(1, VALUES, opencv_core.CV_8UC1, new BytePointer(table)), target);
    }

    /**
     * @param image  three channels of bytes; not changed
     * @param target another image of the same size, which gets the result
     */
    void apply(Mat image, Mat target) {
        step.accept(image, target);
    }

    /**
     * Spreads the range between the 2nd and the 98th percentile of all channels' values over 0 to 255 (Roboflow inference, engine
     * N). Percentiles between two values are interpolated; results are truncated to integers.
     */
    static final class ContrastStretching {

        private ContrastStretching() {
        }

        static void apply(Mat image, Mat target) {
            map(image, table(histogram(image)), target);
        }

        /** Returns the new value for each old one. */
        static byte[] table(long[] histogram) {
            double low = percentile(histogram, 0.02);
            double high = percentile(histogram, 0.98);
            byte[] table = new byte[VALUES];
            for (int i = 0; i < VALUES; i++) {
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
            long cumulated = 0;
            int value = -1;
            while (cumulated <= rank) {
                cumulated += histogram[++value];
            }
            return value;
        }
    }

    /**
     * Maps each value, of all channels alike, to the share of values that are not greater, so that all parts of the range are used
     * equally (Roboflow inference, engine N, which uses scikit-image's equalize_hist: 256 bins from the least to the greatest
     * value, shares interpolated between the centres of the bins, results truncated to integers).
     */
    static final class HistogramEqualization {

        private static final int BINS = 256;

        private HistogramEqualization() {
        }

        static void apply(Mat image, Mat target) {
            map(image, table(histogram(image)), target);
        }

        /** Returns the new value for each old one. */
        static byte[] table(long[] histogram) {
            int low = 0;
            while (histogram[low] == 0) {
                low++;
            }
            int high = histogram.length - 1;
            while (histogram[high] == 0) {
                high--;
            }
            // the bins of a single value reach half of the range to each side
            double first = low == high ? low - 127.5 : low;
            double width = (low == high ? 255.0 : high - low) / BINS;
            float[] shares = shares(histogram, first, width);
            byte[] table = new byte[histogram.length];
            for (int value = 0; value < table.length; value++) {
                table[value] = (byte) (int) ((float) interpolate(shares, (value - first) / width - 0.5) * 255);
            }
            return table;
        }

        /** Returns for each bin the share of values in it and in the bins below. */
        private static float[] shares(long[] histogram, double first, double width) {
            long[] bins = new long[BINS];
            long count = 0;
            for (int value = 0; value < histogram.length; value++) {
                bins[Math.max(0, Math.min(BINS - 1, (int) ((value - first) / width)))] += histogram[value];
                count += histogram[value];
            }
            float[] shares = new float[BINS];
            long cumulated = 0;
            for (int bin = 0; bin < BINS; bin++) {
                cumulated += bins[bin];
                shares[bin] = (float) ((double) cumulated / count);
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
}
