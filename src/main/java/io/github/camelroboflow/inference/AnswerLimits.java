package io.github.camelroboflow.inference;

import java.util.List;

/**
 * Bounds of what is taken from one answer: what is made of it, such as masks, takes memory and time as its image's size allows,
 * whatever the answer says. What goes beyond is refused before anything is made.
 */
final class AnswerLimits {

    /** Most pixels of an image, and of a mask whose image is of unknown size. */
    static final long MOST_PIXELS = 400_000_000;
    /** Relations compare each with each. */
    private static final int MOST_PREDICTIONS = 20_000;
    private static final int MOST_POINTS = 1_000_000;
    /** Most crossings of an outline's edges with rows of pixels, which is the work of filling it. */
    private static final double MOST_CROSSINGS = 1e9;
    /** Most pixels of all masks together, since each is looked at. */
    private static final long MOST_MASK_PIXELS = 20_000_000_000L;
    /** How far an outline may reach beyond its image, of the longer side. */
    private static final double MARGIN = 0.1;
    private static final int SMALLEST_MARGIN = 16;

    private final ImageSize image;
    private long points;
    private double crossings;
    private long maskPixels;

    /** @throws IllegalArgumentException if no image is so large */
    AnswerLimits(ImageSize image) {
        if (image.area() > MOST_PIXELS) {
            throw new IllegalArgumentException("it claims to be of an image of " + image + " pixels");
        }
        this.image = image;
    }

    void predictions(int count) {
        if (count > MOST_PREDICTIONS) {
            throw new IllegalArgumentException("it holds " + count + " predictions, more than any model gives");
        }
    }

    void points(int count) {
        points += count;
        if (points > MOST_POINTS) {
            throw new IllegalArgumentException("its outlines and keypoints have more than " + MOST_POINTS + " points");
        }
    }

    /** To be asked of each outline. */
    void outline(List<Point> outline) {
        double margin = Math.max(SMALLEST_MARGIN, MARGIN * Math.max(image.width(), image.height()));
        double right = image.area() > 0 ? image.width() : Math.sqrt(MOST_PIXELS);
        double bottom = image.area() > 0 ? image.height() : Math.sqrt(MOST_PIXELS);
        for (int i = 0; i < outline.size(); i++) {
            Point point = outline.get(i);
            if (!(point.x() >= -margin && point.x() <= right + margin && point.y() >= -margin && point.y() <= bottom + margin)) {
                throw new IllegalArgumentException("an outline has the point " + point.x() + ", " + point.y()
                        + ", far outside of its image of " + image + " pixels");
            }
            crossings += Math.abs(point.y() - outline.get(i == 0 ? outline.size() - 1 : i - 1).y());
        }
        if (crossings > MOST_CROSSINGS) {
            throw new IllegalArgumentException("its outlines go up and down too often to be filled");
        }
    }

    /** To be asked of each mask that has a pixel for each of the image. */
    void mask(int width, int height) {
        long area = (long) width * height;
        if (width < 0 || height < 0 || area > (image.area() > 0 ? image.area() : MOST_PIXELS)) {
            throw new IllegalArgumentException("a mask of " + width + " x " + height + " pixels is larger than its image of "
                    + image);
        }
        maskPixels += area;
        if (maskPixels > MOST_MASK_PIXELS) {
            throw new IllegalArgumentException("its masks have " + maskPixels + " pixels together");
        }
    }

    /** A number of the answer. */
    static double finite(String field, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("its '" + field + "' is " + value);
        }
        return value;
    }
}
