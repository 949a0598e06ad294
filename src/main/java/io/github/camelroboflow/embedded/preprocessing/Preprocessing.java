package io.github.camelroboflow.embedded.preprocessing;

import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.inference.geometry.ImageSize;

/**
 * The steps on an image before the network sees it, in this order. The EXIF orientation was applied before.
 *
 * @param staticCrop part of the image that is used
 * @param grayscale  whether colours are removed
 * @param contrast   contrast step
 * @param resizeMode way to the network's size
 * @param padding    gray level of the padding, 0 to 255
 * @param bgr        whether the network's channels begin with blue instead of red
 * @param scale      normalization of the bytes, or {@code null} if the package doesn't declare it
 */
public record Preprocessing(StaticCrop staticCrop, boolean grayscale, Contrast contrast, ResizeMode resizeMode, int padding,
                     boolean bgr, PixelScale scale) {

    /** The preprocessing of Ultralytics exports, which don't declare it. */
    public static final Preprocessing ULTRALYTICS =
            new Preprocessing(StaticCrop.NONE, false, Contrast.NONE, ResizeMode.LETTERBOX, 114,
            false, PixelScale.UNIT);

    /** The preprocessing of Ultralytics classifiers. */
    public static final Preprocessing ULTRALYTICS_CLASSIFIER =
            new Preprocessing(StaticCrop.NONE, false, Contrast.NONE, ResizeMode.COVER,
            0, false, PixelScale.UNIT);

    /** The preprocessing of YOLOX: the image in the left top corner, blue first, and bytes as they are. */
    public static final Preprocessing YOLOX = new Preprocessing(StaticCrop.NONE, false, Contrast.NONE,
            ResizeMode.LETTERBOX_LEFT_TOP, 114, true, PixelScale.BYTES);

    /** The preprocessing of YOLOv5's classifiers. */
    public static final Preprocessing YOLOV5_CLASSIFIER =
            new Preprocessing(StaticCrop.NONE, false, Contrast.NONE, ResizeMode.MIDDLE, 0, false, PixelScale.IMAGENET);

    public Preprocessing {
        if (padding < 0 || padding > 255) {
            throw new IllegalArgumentException("its padding value " + padding + " is not a gray level from 0 to 255");
        }
    }

    /** Returns the preprocessing that stretches the whole image. */
    public static Preprocessing stretched(PixelScale scale) {
        return new Preprocessing(StaticCrop.NONE, false, Contrast.NONE, ResizeMode.STRETCH, 0, false, scale);
    }

    /** Returns the preprocessing that fits the whole image into the input, with black padding. */
    public static Preprocessing letterboxed(PixelScale scale) {
        return new Preprocessing(StaticCrop.NONE, false, Contrast.NONE, ResizeMode.LETTERBOX, 0, false, scale);
    }

    /**
     * Returns this preprocessing, completed by defaults. Their way of resizing replaces {@link ResizeMode#FIT_WITHIN}, which leaves
     * the size open.
     */
    public Preprocessing withDefaults(Preprocessing defaults) {
        boolean sizeOpen = resizeMode == ResizeMode.FIT_WITHIN;
        return new Preprocessing(staticCrop, grayscale, contrast, sizeOpen ? defaults.resizeMode : resizeMode,
                sizeOpen && defaults.padding == 0 ? 0 : padding, bgr, scale == null ? defaults.scale : scale);
    }

    /**
     * The part of each image that the model was trained on, in percent of the image's sides, 0 to 100.
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
                        + yMax + "% is not a part of an image");
            }
        }

        /** Returns the selected pixels. Each edge is truncated to an integer (Roboflow inference, engine N). */
        public Region of(ImageSize image) {
            int left = (int) (xMin / 100 * image.width());
            int top = (int) (yMin / 100 * image.height());
            return new Region(left, top, (int) (xMax / 100 * image.width()) - left, (int) (yMax / 100 * image.height()) - top);
        }
    }

    /** The ways in which an image of any size gets the network's size. */
    public enum ResizeMode {

        /** Scales both sides to fit; the proportions change. */
        STRETCH,

        /** Scales the image until it fits, and centres it on a plane of one colour. */
        LETTERBOX,

        /** Scales the image until it fits, and puts it in the left top corner of a plane of one colour. */
        LETTERBOX_LEFT_TOP,

        /**
         * Scales the image until it fits, without padding. No network takes every size, so each model family resizes in its own way
         * instead.
         */
        FIT_WITHIN,

        /** Does not scale: cuts out the middle, or pads the image. */
        CENTER_CROP,

        /** Scales the image, with an antialiasing filter, until its shorter side fits, and cuts out the middle. */
        COVER,

        /** Cuts out the largest middle with the network's proportions, and scales it. */
        MIDDLE
    }

    /**
     * The normalization of a channel's value from 0 to 255: {@code value * factor + offset}. Channels are in the network's order.
     *
     * @param factors one for each of the three channels
     * @param offsets one for each of the three channels
     */
    public record PixelScale(double[] factors, double[] offsets) {

        /** Leaves 0..255, for YOLOX. */
        public static final PixelScale BYTES = of(1, null, null);

        /** To 0..1, for the YOLO families. */
        public static final PixelScale UNIT = of(255, null, null);

        /** To -1..1, for ViT and Roboflow's YOLO classifiers. */
        public static final PixelScale SIGNED_UNIT = of(255, new double[] {0.5, 0.5, 0.5}, new double[] {0.5, 0.5, 0.5});

        /** By the mean and deviation of ImageNet's images, red first, for ResNet, DeepLabV3+ and RF-DETR. */
        public static final PixelScale IMAGENET = of(255, new double[] {0.485, 0.456, 0.406}, new double[] {0.229, 0.224, 0.225});

        /** Returns {@code (value / divisor - mean) / deviation}, where mean and deviation may be {@code null}. */
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
