package io.github.camelroboflow.inference;

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
