package io.github.camelroboflow.embedded.preprocessing;

import io.github.camelroboflow.embedded.image.PixelBytes;
import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
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

    /** @param image three channels of bytes; not changed */
    static Mat apply(Mat image) {
        byte[] pixels = PixelBytes.bytes(image);
        byte[] brightness = new byte[pixels.length / 3];
        for (int i = 0; i < brightness.length; i++) {
            brightness[i] = (byte) Math.max(pixels[3 * i] & 0xff, Math.max(pixels[3 * i + 1] & 0xff, pixels[3 * i + 2] & 0xff));
        }
        float[] equalized = equalize(brightness, image.cols(), image.rows());
        for (int i = 0; i < brightness.length; i++) {
            int old = brightness[i] & 0xff;
            for (int channel = 3 * i; channel < 3 * i + 3; channel++) {
                // black has no colour to keep
                float share = old == 0 ? 1 : (float) (pixels[channel] & 0xff) / old;
                pixels[channel] = (byte) (int) (equalized[i] * share * 255);
            }
        }
        Mat result = new Mat(image.rows(), image.cols(), opencv_core.CV_8UC3);
        new BytePointer(result.data()).put(pixels);
        return result;
    }

    /**
     * Returns the equalized brightness, from 0 to 1.
     *
     * @param brightness bytes row by row
     */
    static float[] equalize(byte[] brightness, int width, int height) {
        int[] levels = levels(brightness);
        Span columns = new Span(width);
        Span rows = new Span(height);
        byte[] bins = new byte[levels.length];
        for (int i = 0; i < bins.length; i++) {
            bins[i] = (byte) (levels[i] / BrightnessMap.BIN_WIDTH);
        }
        BrightnessMap[][] maps = maps(bins, width, rows, columns);
        float[] result = new float[bins.length];
        for (int y = 0; y < height; y++) {
            int row = rows.cell(y);
            double down = rows.fraction(y);
            for (int x = 0; x < width; x++) {
                int column = columns.cell(x);
                double across = columns.fraction(x);
                int bin = bins[y * width + x] & 0xff;
                float blended = (float) (maps[row][column].level(bin) * ((1 - across) * (1 - down)))
                        + (float) (maps[row][column + 1].level(bin) * (across * (1 - down)));
                blended += (float) (maps[row + 1][column].level(bin) * ((1 - across) * down));
                blended += (float) (maps[row + 1][column + 1].level(bin) * (across * down));
                result[y * width + x] = (int) blended;
            }
        }
        return spread(result);
    }

    /** Scales the brightness: the darkest pixel becomes 0, the brightest {@link BrightnessMap#BRIGHTEST}. */
    private static int[] levels(byte[] brightness) {
        int low = 255;
        int high = 0;
        for (byte value : brightness) {
            low = Math.min(low, value & 0xff);
            high = Math.max(high, value & 0xff);
        }
        int[] table = new int[256];
        for (int value = low; value <= high; value++) {
            table[value] = low == high ? Math.min(257 * value, BrightnessMap.BRIGHTEST)
                    : (int) Math.rint((double) (value - low) / (high - low) * BrightnessMap.BRIGHTEST);
        }
        int[] levels = new int[brightness.length];
        Arrays.setAll(levels, i -> table[brightness[i] & 0xff]);
        return levels;
    }

    /** Returns a map for each region. The maps at the edges are there twice, so that there are four around each pixel. */
    private static BrightnessMap[][] maps(byte[] bins, int width, Span rows, Span columns) {
        BrightnessMap[][] maps = new BrightnessMap[rows.count() + 2][columns.count() + 2];
        int limit = Math.max(1, (int) (CLIP_LIMIT * (rows.length() * columns.length())));
        for (int row = 0; row < rows.count(); row++) {
            for (int column = 0; column < columns.count(); column++) {
                int[] histogram = new int[BrightnessMap.BINS];
                for (int y = row * rows.length(); y < (row + 1) * rows.length(); y++) {
                    for (int x = column * columns.length(); x < (column + 1) * columns.length(); x++) {
                        histogram[bins[rows.mirrored(y) * width + columns.mirrored(x)] & 0xff]++;
                    }
                }
                ClippedHistogram.clip(histogram, limit);
                maps[row + 1][column + 1] = BrightnessMap.of(histogram, rows.length() * columns.length());
            }
            maps[row + 1][0] = maps[row + 1][1];
            maps[row + 1][columns.count() + 1] = maps[row + 1][columns.count()];
        }
        maps[0] = maps[1];
        maps[rows.count() + 1] = maps[rows.count()];
        return maps;
    }

    private static float[] spread(float[] levels) {
        float low = levels[0];
        float high = levels[0];
        for (float level : levels) {
            low = Math.min(low, level);
            high = Math.max(high, level);
        }
        for (int i = 0; i < levels.length; i++) {
            levels[i] = low == high ? Math.min(1, levels[i]) : (levels[i] - low) / (high - low);
        }
        return levels;
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
