package io.github.camelroboflow.embedded.tiling;

import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.Box.ConvexPolygon;
import io.github.camelroboflow.inference.geometry.Box.Point;
import java.util.List;
import java.util.stream.Stream;

/**
 * A tile detection: an object as one run of the model found it.
 *
 * @param detection detection in pixels of the whole image, without its mask
 * @param pixels    mask of the detection, or {@code null} if the model makes none
 * @param region    part of the image that the run was on
 * @param runIndex  index of the run, 0 for the one on the whole image
 * @param truncated whether the object may continue outside the region
 */
record TileDetection(Detection detection, PixelSpans pixels, Region region, int runIndex, boolean truncated) {

    private static final double MARGIN = 0.02;
    private static final double MIN_MARGIN = 2;

    /**
     * Returns whether an object with this box in a tile may continue outside the tile. The box reaches over an edge that isn't an
     * edge of the whole area, or comes nearer to it than 2 pixels or 2 % of the tile's side.
     */
    static boolean isTruncated(Box box, Region tile, Region area) {
        return isTruncated(box.x1(), box.x2(), tile.left(), tile.width(), area.left(), area.width())
                || isTruncated(box.y1(), box.y2(), tile.top(), tile.height(), area.top(), area.height());
    }

    private static boolean isTruncated(double from, double to, int start, int length, int areaStart, int areaLength) {
        double margin = Math.max(MIN_MARGIN, MARGIN * length);
        return start > areaStart && from < start + margin
                || start + length < areaStart + areaLength && to > start + length - margin;
    }

    double confidence() {
        return detection.confidence();
    }

    /** Returns the intersection over union of the boxes, 0 to 1. */
    double intersectionOverUnion(TileDetection other) {
        return oriented(other) ? intersectionOverUnion(detection.polygon(), other.detection.polygon())
                : intersectionOverUnion(detection.box(), other.detection.box());
    }

    /** Returns the intersection over union of the boxes within the regions of both runs, 0 to 1. */
    double overlapInCommonRegion(TileDetection other) {
        return oriented(other)
                ? intersectionOverUnion(detection.polygon().clippedTo(polygon(other.region)),
                        other.detection.polygon().clippedTo(polygon(region)))
                : intersectionOverUnion(clipped(detection.box(), other.region), clipped(other.detection.box(), region));
    }

    private boolean oriented(TileDetection other) {
        return detection.oriented() && other.detection.oriented();
    }

    private static double intersectionOverUnion(ConvexPolygon one, ConvexPolygon other) {
        double common = one.intersection(other);
        return common == 0 ? 0 : common / (one.area() + other.area() - common);
    }

    private static ConvexPolygon polygon(Region region) {
        return ConvexPolygon.of(new Box(region.left(), region.top(), region.left() + region.width(),
                region.top() + region.height()));
    }

    private static double intersectionOverUnion(Box one, Box other) {
        double common = one.intersection(other);
        return common == 0 ? 0 : common / (one.area() + other.area() - common);
    }

    private static Box clipped(Box box, Region region) {
        return new Box(Math.max(box.x1(), region.left()), Math.max(box.y1(), region.top()),
                Math.min(box.x2(), region.left() + region.width()), Math.min(box.y2(), region.top() + region.height()));
    }

    /**
     * Returns the merged detection: the more confident one, with the box and the mask of both. An oriented box keeps its direction
     * and grows until it holds the other.
     */
    TileDetection mergedWith(TileDetection other) {
        if (other.confidence() > confidence()) {
            return other.mergedWith(this);
        }
        Box mine = detection.box();
        Box theirs = other.detection.box();
        Box box = new Box(Math.min(mine.x1(), theirs.x1()), Math.min(mine.y1(), theirs.y1()), Math.max(mine.x2(), theirs.x2()),
                Math.max(mine.y2(), theirs.y2()));
        Detection merged = Detection.of(box, confidence(), detection.className(), detection.classId(), detection.detectionId())
                .withKeypoints(detection.keypoints());
        merged = oriented(other) ? merged.withOrientedBox(grown(detection.points(), other.detection.points())) : merged;
        return new TileDetection(merged, pixels == null || other.pixels == null ? pixels : pixels.union(other.pixels), region,
                runIndex, truncated);
    }

    /** Returns the corners of the smallest rectangle with the direction of the first that holds both. */
    private static List<Point> grown(List<Point> corners, List<Point> others) {
        Point first = corners.get(0);
        Point second = corners.get(1);
        double length = Math.hypot(second.x() - first.x(), second.y() - first.y());
        double ux = length == 0 ? 1 : (second.x() - first.x()) / length;
        double uy = length == 0 ? 0 : (second.y() - first.y()) / length;
        List<Point> turned = Stream.of(corners, others).flatMap(List::stream)
                .map(point -> new Point(ux * point.x() + uy * point.y(), ux * point.y() - uy * point.x())).toList();
        return ConvexPolygon.of(new ConvexPolygon(turned).bounds()).corners().stream()
                .map(point -> new Point(ux * point.x() - uy * point.y(), uy * point.x() + ux * point.y())).toList();
    }
}
