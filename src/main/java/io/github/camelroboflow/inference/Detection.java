package io.github.camelroboflow.inference;

import io.github.camelroboflow.inference.Inference.Finding;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.Box.Point;
import io.github.camelroboflow.inference.geometry.Mask;
import io.github.camelroboflow.inference.geometry.Rle;
import java.util.List;
import java.util.Optional;

/**
 * One object in the image, with Roboflow's fields.
 *
 * @param x           the box's centre, pixels from the left
 * @param y           the box's centre, pixels from the top
 * @param width       of the box, pixels
 * @param height      of the box, pixels
 * @param confidence  0 to 1
 * @param classId     index into the model's class names, or -1 where the result did not say
 * @param detectionId a UUID, or empty where the result did not say
 * @param points      the outline of an instance segmentation; empty without one
 * @param rle         the mask of an instance segmentation, {@link Rle#NO_OUTLINE} for an outline without points, or {@code null}
 *                    without one
 * @param keypoints   of a keypoint detection; empty without any
 */
public record Detection(double x, double y, double width, double height, double confidence, String className, int classId,
                        String detectionId, List<Point> points, Rle rle, List<Keypoint> keypoints) implements Finding {

    public Detection {
        points = List.copyOf(points);
        keypoints = List.copyOf(keypoints);
    }

    /** An object with a box and nothing more. */
    public static Detection of(Box box, double confidence, String className, int classId, String detectionId) {
        return new Detection((box.x1() + box.x2()) / 2, (box.y1() + box.y2()) / 2, box.width(), box.height(), confidence, className,
                classId, detectionId, List.of(), null, List.of());
    }

    /** The same object with an outline. */
    public Detection withPoints(List<Point> outline) {
        return new Detection(x, y, width, height, confidence, className, classId, detectionId, outline, rle, keypoints);
    }

    /** The same object with a mask. */
    public Detection withRle(Rle mask) {
        return new Detection(x, y, width, height, confidence, className, classId, detectionId, points, mask, keypoints);
    }

    /** The same object with keypoints. */
    public Detection withKeypoints(List<Keypoint> places) {
        return new Detection(x, y, width, height, confidence, className, classId, detectionId, points, rle, places);
    }

    public Box box() {
        return new Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2);
    }

    /** The object's pixels, where the result has them. */
    public Optional<Mask> mask() {
        if (rle != null) {
            return Optional.of(rle.mask());
        }
        return points.isEmpty() ? Optional.empty() : Optional.of(Mask.ofPolygon(points));
    }

    /**
     * A named point of an object, such as a person's left knee.
     *
     * @param x          pixels from the left
     * @param y          pixels from the top
     * @param confidence 0 to 1
     * @param classId    index in the skeleton; keypoints below the threshold are left out, so it is not the index in the list
     */
    public record Keypoint(double x, double y, double confidence, String className, int classId) {
    }
}
