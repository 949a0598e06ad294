package io.github.camelroboflow.embedded.preprocessing;

import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.inference.geometry.ImageSize;

/**
 * What is done to an image before the network sees it, in this order. The EXIF orientation was applied by then.
 *
 * @param staticCrop        the part of the image that is used
 * @param grayscale         whether colours are taken out
 * @param contrast          how the contrast is raised
 * @param resizeMode        how it gets the network's size
 * @param padding           the gray level around it, 0 to 255
 * @param bgr               whether the network wants blue first instead of red
 * @param scale             from bytes to the network's numbers, or {@code null} where the package doesn't say
 */
public record Preprocessing(StaticCrop staticCrop, boolean grayscale, Contrast contrast, ResizeMode resizeMode, int padding,
                     boolean bgr, PixelScale scale) {

    /** What Ultralytics does for its exports, which don't say so. */
    public static final Preprocessing ULTRALYTICS =
            new Preprocessing(StaticCrop.NONE, false, Contrast.NONE, ResizeMode.LETTERBOX, 114,
            false, PixelScale.UNIT);

    /** What Ultralytics does for its classifiers. */
    public static final Preprocessing ULTRALYTICS_CLASSIFIER =
            new Preprocessing(StaticCrop.NONE, false, Contrast.NONE, ResizeMode.COVER,
            0, false, PixelScale.UNIT);

    public Preprocessing {
        if (padding < 0 || padding > 255) {
            throw new IllegalArgumentException("its padding value " + padding + " is no gray level from 0 to 255");
        }
    }

    /** The whole image, stretched. */
    public static Preprocessing stretched(PixelScale scale) {
        return new Preprocessing(StaticCrop.NONE, false, Contrast.NONE, ResizeMode.STRETCH, 0, false, scale);
    }

    /** The whole image, with black around it. */
    public static Preprocessing letterboxed(PixelScale scale) {
        return new Preprocessing(StaticCrop.NONE, false, Contrast.NONE, ResizeMode.LETTERBOX, 0, false, scale);
    }

    /** With what those know where this doesn't, and their way of resizing instead of one that leaves the size open. */
    public Preprocessing or(Preprocessing defaults) {
        boolean fitWithin = resizeMode == ResizeMode.FIT_WITHIN;
        return new Preprocessing(staticCrop, grayscale, contrast, fitWithin ? defaults.resizeMode : resizeMode,
                fitWithin && defaults.padding == 0 ? 0 : padding, bgr, scale == null ? defaults.scale : scale);
    }

    /**
     * The part of each image that the model was trained on, in percent of the image's size, 0 to 100.
     *
     * @param xMin left edge
     * @param xMax right edge, greater than {@code xMin}
     * @param yMin top edge
     * @param yMax bottom edge, greater than {@code yMin}
     */
    public record StaticCrop(double xMin, double xMax, double yMin, double yMax) {

        public static final StaticCrop NONE = new StaticCrop(0, 100, 0, 100);

        public StaticCrop {
            if (!(0 <= xMin && xMin < xMax && xMax <= 100 && 0 <= yMin && yMin < yMax && yMax <= 100)) {
                throw new IllegalArgumentException("its static crop from " + xMin + "% to " + xMax + "% and from " + yMin + "% to "
                        + yMax + "% is no part of an image");
            }
        }

        /** The pixels it selects: each edge is cut off to a whole number (Roboflow inference, engine N). */
        public Region of(ImageSize image) {
            int left = (int) (xMin / 100 * image.width());
            int top = (int) (yMin / 100 * image.height());
            return new Region(left, top, (int) (xMax / 100 * image.width()) - left, (int) (yMax / 100 * image.height()) - top);
        }
    }

    /** How an image of any size becomes one of the network's size. */
    public enum ResizeMode {

        /** Both sides are scaled to fit; the proportions change. */
        STRETCH,

        /** Scaled until it fits, then centred on a plane of one colour. */
        LETTERBOX,

        /** Scaled until it fits, without padding: as no network takes every size, each family has its own way instead. */
        FIT_WITHIN,

        /** Not scaled: the middle is cut out, or what is missing is padded. */
        CENTER_CROP,

        /** The middle is cut out, as much as there is in the network's proportions, and scaled. */
        COVER
    }

    /**
     * How a channel's value, 0 to 255, becomes the network's: {@code value * factor + offset}. Channels are in the network's order.
     *
     * @param factors one for each of the three channels
     * @param offsets one for each of the three channels
     */
    public record PixelScale(double[] factors, double[] offsets) {

        /** To 0..1, as the YOLO families want it. */
        public static final PixelScale UNIT = of(255, null, null);

        /** To -1..1, as ViT and Roboflow's YOLO classifiers want it. */
        public static final PixelScale SIGNED_UNIT = of(255, new double[] {0.5, 0.5, 0.5}, new double[] {0.5, 0.5, 0.5});

        /** By the mean and deviation of ImageNet's pictures, red first, as ResNet, DeepLabV3+ and RF-DETR want it. */
        public static final PixelScale IMAGENET = of(255, new double[] {0.485, 0.456, 0.406}, new double[] {0.229, 0.224, 0.225});

        /** {@code (value / divisor - mean) / deviation}, where mean and deviation may be {@code null}. */
        public static PixelScale of(double divisor, double[] means, double[] deviations) {
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
}
