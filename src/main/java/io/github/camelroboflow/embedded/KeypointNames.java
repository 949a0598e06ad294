package io.github.camelroboflow.embedded;

import java.util.List;
import java.util.Map;

/**
 * The names of each class's keypoints, in order; what is not named is called by its index.
 *
 * @param byClass the names by class id; empty if no class has any
 */
record KeypointNames(Map<Integer, List<String>> byClass) {

    static final KeypointNames UNKNOWN = new KeypointNames(Map.of());

    boolean known() {
        return !byClass.isEmpty();
    }

    /**
     * How many keypoints objects of that class have.
     *
     * @param slots how many the net has room for, which is what the class with the most of them has
     */
    int count(int classId, int slots) {
        return known() ? Math.min(slots, byClass.getOrDefault(classId, List.of()).size()) : slots;
    }

    String name(int classId, int keypoint) {
        List<String> names = byClass.getOrDefault(classId, List.of());
        return keypoint < names.size() ? names.get(keypoint) : String.valueOf(keypoint);
    }
}
