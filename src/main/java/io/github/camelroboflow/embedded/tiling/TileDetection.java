package io.github.camelroboflow.embedded.tiling;

import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.geometry.Box;

/**
 * What one run of the model saw of an object.
 *
 * @param detection in pixels of the whole image, without its mask
 * @param pixels    its mask, or {@code null} if the model makes none
 * @param seen      the part of the image that the run was on
 * @param run       which run it was, 0 for the one on the whole image
 * @param cut       whether it may go on beyond what that run saw
 */
record TileDetection(Detection detection, PixelSpans pixels, Region seen, int run, boolean cut) {

    private static final double MARGIN = 0.02;
    private static final double LEAST_MARGIN = 2;

    /**
     * Whether an object whose box looks like that in a tile may go on beyond it: it sticks out, or comes nearer than 2 pixels, or
     * 2 % of the tile's side, to an edge that isn't one of the whole area.
     */
    static boolean isCut(Box box, Region tile, Region area) {
        return isCut(box.x1(), box.x2(), tile.left(), tile.width(), area.left(), area.width())
                || isCut(box.y1(), box.y2(), tile.top(), tile.height(), area.top(), area.height());
    }

    private static boolean isCut(double from, double to, int start, int length, int areaStart, int areaLength) {
        double margin = Math.max(LEAST_MARGIN, MARGIN * length);
        return start > areaStart && from < start + margin
                || start + length < areaStart + areaLength && to > start + length - margin;
    }

    double confidence() {
        return detection.confidence();
    }

    /** Intersection over union of the boxes, 0 to 1. */
    double intersectionOverUnion(TileDetection other) {
        return intersectionOverUnion(detection.box(), other.detection.box());
    }

    /** Intersection over union of what both runs saw of the boxes, 0 to 1. */
    double overlapInCommonRegion(TileDetection other) {
        return intersectionOverUnion(within(detection.box(), other.seen), within(other.detection.box(), seen));
    }

    private static double intersectionOverUnion(Box one, Box other) {
        double common = one.intersection(other);
        return common == 0 ? 0 : common / (one.area() + other.area() - common);
    }

    private static Box within(Box box, Region region) {
        return new Box(Math.max(box.x1(), region.left()), Math.max(box.y1(), region.top()),
                Math.min(box.x2(), region.left() + region.width()), Math.min(box.y2(), region.top() + region.height()));
    }

    /** The object of both: of the more confident one, with the box and the mask of the two together. */
    TileDetection mergedWith(TileDetection other) {
        if (other.confidence() > confidence()) {
            return other.mergedWith(this);
        }
        Box mine = detection.box();
        Box more = other.detection.box();
        Box box = new Box(Math.min(mine.x1(), more.x1()), Math.min(mine.y1(), more.y1()), Math.max(mine.x2(), more.x2()),
                Math.max(mine.y2(), more.y2()));
        Detection joined = Detection.of(box, confidence(), detection.className(), detection.classId(), detection.detectionId())
                .withKeypoints(detection.keypoints());
        return new TileDetection(joined, pixels == null || other.pixels == null ? pixels : pixels.union(other.pixels), seen, run,
                cut);
    }
}
