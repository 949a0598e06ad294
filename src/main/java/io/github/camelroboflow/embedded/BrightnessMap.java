package io.github.camelroboflow.embedded;

/**
 * What becomes of the brightness within a region: for each bin, the share of pixels that are not brighter.
 *
 * @param levels by bin, 0 to {@link #BRIGHTEST}
 */
record BrightnessMap(int[] levels) {

    static final int BRIGHTEST = (1 << 14) - 1;
    static final int BINS = 256;
    static final int BIN_WIDTH = 1 + (BRIGHTEST + 1) / BINS;

    /** @param pixels how many the region has */
    static BrightnessMap of(int[] histogram, int pixels) {
        int[] levels = new int[BINS];
        double scale = (double) BRIGHTEST / pixels;
        long seen = 0;
        for (int bin = 0; bin < BINS; bin++) {
            seen += histogram[bin];
            levels[bin] = (int) Math.min(BRIGHTEST, seen * scale);
        }
        return new BrightnessMap(levels);
    }

    int level(int bin) {
        return levels[bin];
    }
}
