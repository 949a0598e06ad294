package io.github.camelroboflow.inference;

import io.github.camelroboflow.inference.Inference.Finding;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.Box.ConvexPolygon;
import io.github.camelroboflow.inference.geometry.Box.Point;
import io.github.camelroboflow.inference.geometry.Mask;
import io.github.camelroboflow.inference.geometry.Rle;
import java.util.List;
import java.util.Optional;

/**
 * One object in the image, with Roboflow's fields.
 *
 * @param x the box's center, pixels from the left
 * @param y the box's center, pixels from the top
 * @param width the box's width, pixels
 * @param height the box's height, pixels
 * @param confidence the confidence, 0 to 1
 * @param classId the index into the model's class names, or -1 if the result has none
 * @param detectionId a UUID, or empty if the result has none
 * @param points the outline of an instance segmentation, or the four corners of an oriented box, which may lie outside the image;
 *               empty if there is neither
 * @param rle the mask of an instance segmentation, {@link Rle#NO_OUTLINE} for an outline without points, or
 *            {@code null} if there is none
 * @param keypoints the keypoints of a keypoint detection; empty if there are none
 * @param oriented whether the points are the corners of an oriented box
 */
public record Detection(double x, double y, double width, double height, double confidence, String className, int classId,
                        String detectionId, List<Point> points, Rle rle, List<Keypoint> keypoints, boolean oriented)
        implements Finding {

    /** The number of corners of an oriented box. */
    private static final int CORNERS = 4;

    public Detection {
        points = List.copyOf(points);
        keypoints = List.copyOf(keypoints);
        if (oriented && points.size() != CORNERS) {
            throw new IllegalArgumentException("an oriented box has four corners, and not " + points.size());
        }
    }

    /** Creates an object whose points, if there are any, are the outline of its mask. */
    public Detection(double x, double y, double width, double height, double confidence, String className, int classId,
                     String detectionId, List<Point> points, Rle rle, List<Keypoint> keypoints) {
        this(x, y, width, height, confidence, className, classId, detectionId, points, rle, keypoints, false);
    }

    /** Returns an object with a box only. */
    public static Detection of(Box box, double confidence, String className, int classId, String detectionId) {
        return new Detection((box.x1() + box.x2()) / 2, (box.y1() + box.y2()) / 2, box.width(), box.height(), confidence, className,
                classId, detectionId, List.of(), null, List.of());
    }

    /** Returns the same object with an outline. */
    public Detection withPoints(List<Point> outline) {
        return new Detection(x, y, width, height, confidence, className, classId, detectionId, outline, rle, keypoints);
    }

    /**
     * Returns the same object with an oriented box beside its upright one.
     *
     * @param corners the four corners in order
     */
    public Detection withOrientedBox(List<Point> corners) {
        return new Detection(x, y, width, height, confidence, className, classId, detectionId, corners, null, keypoints, true);
    }

    /** Returns the same object with a mask. */
    public Detection withRle(Rle mask) {
        return new Detection(x, y, width, height, confidence, className, classId, detectionId, points, mask, keypoints, oriented);
    }

    /** Returns the same object with keypoints. */
    public Detection withKeypoints(List<Keypoint> newKeypoints) {
        return new Detection(x, y, width, height, confidence, className, classId, detectionId, points, rle, newKeypoints, oriented);
    }

    public Box box() {
        return new Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2);
    }

    /** Returns the oriented box if there is one, else the upright box. */
    public ConvexPolygon polygon() {
        return oriented ? new ConvexPolygon(points) : ConvexPolygon.of(box());
    }

    /** Returns whether there is a mask or an outline. */
    public boolean masked() {
        return rle != null || !points.isEmpty() && !oriented;
    }

    /** Returns the object's pixels if the result has a mask or an outline. */
    public Optional<Mask> mask() {
        if (rle != null) {
            return Optional.of(rle.mask());
        }
        return masked() ? Optional.of(Mask.ofPolygon(points)) : Optional.empty();
    }

    /**
     * A named point of an object, such as a person's left knee.
     *
     * @param x pixels from the left
     * @param y pixels from the top
     * @param confidence the confidence, 0 to 1
     * @param classId the index in the skeleton. It is not the index in the list, because keypoints below the threshold
     *                are left out
     */
    public record Keypoint(double x, double y, double confidence, String className, int classId) {
    }
}
