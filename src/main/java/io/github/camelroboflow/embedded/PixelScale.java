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

    /** To -1..1, as ViT and Roboflow's YOLO classifiers want it. */
    static final PixelScale HALF = of(255, new double[] {0.5, 0.5, 0.5}, new double[] {0.5, 0.5, 0.5});

    /** By the mean and deviation of ImageNet's pictures, red first, as ResNet, DeepLabV3+ and RF-DETR want it. */
    static final PixelScale IMAGENET = of(255, new double[] {0.485, 0.456, 0.406}, new double[] {0.229, 0.224, 0.225});

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
