package io.github.camelroboflow.embedded;

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
record Preprocessing(StaticCrop staticCrop, boolean grayscale, Contrast contrast, ResizeMode resizeMode, int padding,
                     boolean bgr, PixelScale scale) {

    /** What Ultralytics does for its exports, which don't say so. */
    static final Preprocessing ULTRALYTICS = new Preprocessing(StaticCrop.NONE, false, Contrast.NONE, ResizeMode.LETTERBOX, 114,
            false, PixelScale.UNIT);

    /** What Ultralytics does for its classifiers. */
    static final Preprocessing ULTRALYTICS_CLASSIFIER = new Preprocessing(StaticCrop.NONE, false, Contrast.NONE, ResizeMode.COVER,
            0, false, PixelScale.UNIT);

    Preprocessing {
        if (padding < 0 || padding > 255) {
            throw new IllegalArgumentException("its padding value " + padding + " is no gray level from 0 to 255");
        }
    }

    /** The whole image, stretched. */
    static Preprocessing stretched(PixelScale scale) {
        return new Preprocessing(StaticCrop.NONE, false, Contrast.NONE, ResizeMode.STRETCH, 0, false, scale);
    }

    /** The whole image, with black around it. */
    static Preprocessing letterboxed(PixelScale scale) {
        return new Preprocessing(StaticCrop.NONE, false, Contrast.NONE, ResizeMode.LETTERBOX, 0, false, scale);
    }

    /** With what those know where this doesn't, and their way of resizing instead of one that leaves the size open. */
    Preprocessing or(Preprocessing defaults) {
        boolean fitWithin = resizeMode == ResizeMode.FIT_WITHIN;
        return new Preprocessing(staticCrop, grayscale, contrast, fitWithin ? defaults.resizeMode : resizeMode,
                fitWithin && defaults.padding == 0 ? 0 : padding, bgr, scale == null ? defaults.scale : scale);
    }
}
