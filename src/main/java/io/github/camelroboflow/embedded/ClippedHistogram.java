package io.github.camelroboflow.embedded;

/**
 * A histogram in which no bin holds more than a limit: what is above is spread over the others, so that even regions are not torn
 * apart by what follows (scikit-image's equalize_adapthist, down to the order in which the rest is spread).
 */
final class ClippedHistogram {

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
            // what comes this near to the limit is filled, even with more than its share
            int filled = raised >= limit - share ? limit : raised;
            excess -= filled - bins[i];
            bins[i] = filled;
        }
        spread(bins, limit, excess);
    }

    /** One for each bin that has room, in strides that become wider as less is left. */
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
