package io.github.camelroboflow.embedded;

import io.github.camelroboflow.inference.ImageSize;

/**
 * The part of each image that the model was trained on, in percent of the image's size, 0 to 100.
 *
 * @param xMin left edge
 * @param xMax right edge, greater than {@code xMin}
 * @param yMin top edge
 * @param yMax bottom edge, greater than {@code yMin}
 */
record StaticCrop(double xMin, double xMax, double yMin, double yMax) {

    static final StaticCrop NONE = new StaticCrop(0, 100, 0, 100);

    StaticCrop {
        if (!(0 <= xMin && xMin < xMax && xMax <= 100 && 0 <= yMin && yMin < yMax && yMax <= 100)) {
            throw new IllegalArgumentException("its static crop from " + xMin + "% to " + xMax + "% and from " + yMin + "% to "
                    + yMax + "% is no part of an image");
        }
    }

    /** The pixels it selects: each edge is cut off to a whole number (Roboflow inference, engine N). */
    Region of(ImageSize image) {
        int left = (int) (xMin / 100 * image.width());
        int top = (int) (yMin / 100 * image.height());
        return new Region(left, top, (int) (xMax / 100 * image.width()) - left, (int) (yMax / 100 * image.height()) - top);
    }
}
