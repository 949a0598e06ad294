package io.github.camelroboflow.embedded.preprocessing;

import java.util.stream.IntStream;
import org.bytedeco.javacpp.ShortPointer;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Equalizes the brightness of 8 x 8 regions, each within a limit, and blends between them. Colours keep their hue and saturation
 * (Roboflow inference, engine N, which uses scikit-image's equalize_adapthist on the greatest of the three channels).
 */
final class AdaptiveEqualization {

    private static final int REGIONS = 8;
    private static final double CLIP_LIMIT = 0.03;

    private AdaptiveEqualization() {
    }

    /**
     * @param image  three channels of bytes; not changed
     * @param target another image of the same size, which gets the result; holds the levels in between
     */
    static void apply(Mat image, Mat target) {
        BrightnessRows rows = new BrightnessRows(image);
        short[] levels = new short[image.cols()];
        int[] range = level(rows, target, levels);
        int low = range[0];
        int high = range[1];
        for (int y = 0; y < image.rows(); y++) {
            rows.read(y);
            levels(target, y).get(levels);
            for (int x = 0; x < levels.length; x++) {
                float equalized = low == high ? Math.min(1, levels[x]) : ((float) levels[x] - low) / (high - low);
                int old = rows.brightness(x);
                for (int channel = 3 * x; channel < 3 * x + 3; channel++) {
                    // black has no colour to keep
                    float share = old == 0 ? 1 : (float) (rows.pixels[channel] & 0xff) / old;
                    rows.pixels[channel] = (byte) (int) (equalized * share * 255);
                }
            }
            target.ptr(y).put(rows.pixels);
        }
    }

    /**
     * Computes the level of each pixel, 0 to {@link BrightnessMap#BRIGHTEST}, and writes it into the target.
     *
     * @return the least and the greatest level
     */
    private static int[] level(BrightnessRows rows, Mat target, short[] levels) {
        Span across = new Span(levels.length);
        Span down = new Span(rows.count());
        BrightnessMap[][] maps = maps(rows, down, across);
        int[] cells = IntStream.range(0, levels.length).map(across::cell).toArray();
        double[] fractions = IntStream.range(0, levels.length).mapToDouble(across::fraction).toArray();
        int low = Integer.MAX_VALUE;
        int high = 0;
        for (int y = 0; y < rows.count(); y++) {
            rows.read(y);
            BrightnessMap[] above = maps[down.cell(y)];
            BrightnessMap[] below = maps[down.cell(y) + 1];
            double fraction = down.fraction(y);
            for (int x = 0; x < levels.length; x++) {
                int column = cells[x];
                int bin = rows.bin(x);
                float blended = (float) (above[column].level(bin) * ((1 - fractions[x]) * (1 - fraction)))
                        + (float) (above[column + 1].level(bin) * (fractions[x] * (1 - fraction)));
                blended += (float) (below[column].level(bin) * ((1 - fractions[x]) * fraction));
                blended += (float) (below[column + 1].level(bin) * (fractions[x] * fraction));
                levels[x] = (short) blended;
                low = Math.min(low, levels[x]);
                high = Math.max(high, levels[x]);
            }
            levels(target, y).put(levels);
        }
        return new int[] {low, high};
    }

    /** Returns the memory of a row for levels, which need less than pixels. */
    private static ShortPointer levels(Mat target, int y) {
        return new ShortPointer(target.ptr(y));
    }

    /** Returns a map for each region. The maps at the edges are there twice, so that there are four around each pixel. */
    private static BrightnessMap[][] maps(BrightnessRows brightness, Span rows, Span columns) {
        BrightnessMap[][] maps = new BrightnessMap[rows.count() + 2][columns.count() + 2];
        int limit = Math.max(1, (int) (CLIP_LIMIT * (rows.length() * columns.length())));
        for (int row = 0; row < rows.count(); row++) {
            int[][] histograms = new int[columns.count()][BrightnessMap.BINS];
            for (int y = row * rows.length(); y < (row + 1) * rows.length(); y++) {
                brightness.read(rows.mirrored(y));
                for (int x = 0; x < columns.count() * columns.length(); x++) {
                    histograms[x / columns.length()][brightness.bin(columns.mirrored(x))]++;
                }
            }
            for (int column = 0; column < columns.count(); column++) {
                ClippedHistogram.clip(histograms[column], limit);
                maps[row + 1][column + 1] = BrightnessMap.of(histograms[column], rows.length() * columns.length());
            }
            maps[row + 1][0] = maps[row + 1][1];
            maps[row + 1][columns.count() + 1] = maps[row + 1][columns.count()];
        }
        maps[0] = maps[1];
        maps[rows.count() + 1] = maps[rows.count()];
        return maps;
    }

    /** The brightness of an image's pixels, the greatest of their three channels, row by row. */
    private static final class BrightnessRows {

        private static final int VALUES = 256;

        /** The channels of the row that was read. */
        final byte[] pixels;
        private final Mat image;
        private final int[] bins = new int[VALUES];

        /** Scales the brightness for the bins: the darkest pixel becomes 0, the brightest {@link BrightnessMap#BRIGHTEST}. */
        BrightnessRows(Mat image) {
            this.image = image;
            pixels = new byte[3 * image.cols()];
            int low = VALUES - 1;
            int high = 0;
            for (int y = 0; y < count(); y++) {
                read(y);
                for (int x = 0; x < image.cols(); x++) {
                    low = Math.min(low, brightness(x));
                    high = Math.max(high, brightness(x));
                }
            }
            for (int value = low; value <= high; value++) {
                bins[value] = (low == high ? Math.min(257 * value, BrightnessMap.BRIGHTEST)
                        : (int) Math.rint((double) (value - low) / (high - low) * BrightnessMap.BRIGHTEST))
                        / BrightnessMap.BIN_WIDTH;
            }
        }

        int count() {
            return image.rows();
        }

        void read(int y) {
            image.ptr(y).get(pixels);
        }

        int brightness(int x) {
            return Math.max(pixels[3 * x] & 0xff, Math.max(pixels[3 * x + 1] & 0xff, pixels[3 * x + 2] & 0xff));
        }

        int bin(int x) {
            return bins[brightness(x)];
        }
    }

    /**
     * The regions along one side of an image. The last region may reach over the edge, where the image is mirrored.
     *
     * @param side   side of the image in pixels
     * @param length side of a region in pixels
     */
    private record Span(int side, int length) {

        Span(int side) {
            this(side, Math.max(1, side / REGIONS));
        }

        int count() {
            return (side + length - 1) / length;
        }

        /** Returns the index of the region whose centre is before a pixel, counted from the doubled one. */
        int cell(int pixel) {
            return (pixel + length / 2) / length;
        }

        /** Returns the distance of a pixel from that centre, as a share of the way to the next centre, 0 to 1. */
        double fraction(int pixel) {
            return (double) ((pixel + length / 2) % length) / length;
        }

        int mirrored(int pixel) {
            return pixel < side ? pixel : Math.max(0, 2 * side - 2 - pixel);
        }
    }

    /**
     * The new brightness within a region: for each bin, the share of pixels that are not brighter.
     *
     * @param levels levels by bin, 0 to {@link #BRIGHTEST}
     */
    record BrightnessMap(int[] levels) {

        static final int BRIGHTEST = (1 << 14) - 1;
        static final int BINS = 256;
        static final int BIN_WIDTH = 1 + (BRIGHTEST + 1) / BINS;

        /** @param pixels number of pixels in the region */
        static BrightnessMap of(int[] histogram, int pixels) {
            int[] levels = new int[BINS];
            double scale = (double) BRIGHTEST / pixels;
            long cumulated = 0;
            for (int bin = 0; bin < BINS; bin++) {
                cumulated += histogram[bin];
                levels[bin] = (int) Math.min(BRIGHTEST, cumulated * scale);
            }
            return new BrightnessMap(levels);
        }

        int level(int bin) {
            return levels[bin];
        }
    }

    /**
     * Clips a histogram: no bin holds more than a limit, and the excess is spread over the others. So even regions do not get too
     * much contrast (scikit-image's equalize_adapthist, down to the order in which the rest is spread).
     */
    static final class ClippedHistogram {

        private ClippedHistogram() {
        }

        /** @param bins changed in place */
        static void clip(int[] bins, int limit) {
            int excess = 0;
            for (int i = 0; i < bins.length; i++) {
                excess += Math.max(0, bins[i] - limit);
                bins[i] = Math.min(bins[i], limit);
            }
            int share = excess / bins.length;
            for (int i = 0; i < bins.length; i++) {
                int raised = bins[i] < limit - share ? bins[i] + share : bins[i];
                // a bin this near to the limit is filled up, even with more than its share
                int filled = raised >= limit - share ? limit : raised;
                excess -= filled - bins[i];
                bins[i] = filled;
            }
            spread(bins, limit, excess);
        }

        /** Adds one to each bin that has room, in strides that become wider as less is left. */
        private static void spread(int[] bins, int limit, int excess) {
            int left = excess;
            int before = -1;
            while (left > 0 && left != before) {
                before = left;
                for (int first = 0; first < bins.length && left > 0; first++) {
                    int stride = Math.max(1, room(bins, limit) / left);
                    for (int i = first; i < bins.length; i += stride) {
                        if (bins[i] < limit) {
                            bins[i]++;
                            left--;
                        }
                    }
                }
            }
        }

        private static int room(int[] bins, int limit) {
            int room = 0;
            for (int bin : bins) {
                room += bin < limit ? 1 : 0;
            }
            return room;
        }
    }
}
