package io.github.camelroboflow.embedded;

/**
 * How a channel's value, 0 to 255, becomes the network's: {@code value * factor + offset}. Channels are in the network's order.
 *
 * @param factors one for each of the three channels
 * @param offsets one for each of the three channels
 */
record PixelScale(double[] factors, double[] offsets) {

    /** To 0..1, as the YOLO families want it. */
    static final PixelScale UNIT = of(255, null, null);

    /** {@code (value / divisor - mean) / deviation}, where mean and deviation may be {@code null}. */
    static PixelScale of(double divisor, double[] means, double[] deviations) {
        double[] factors = new double[3];
        double[] offsets = new double[3];
        for (int i = 0; i < 3; i++) {
            double deviation = deviations == null ? 1 : deviations[i];
            factors[i] = 1 / (divisor * deviation);
            offsets[i] = means == null ? 0 : -means[i] / deviation;
        }
        return new PixelScale(factors, offsets);
    }
}
