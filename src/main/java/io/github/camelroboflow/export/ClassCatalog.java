package io.github.camelroboflow.export;

import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detection.Keypoint;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.Inference.ClassScore;
import io.github.camelroboflow.inference.Inference.Finding;
import io.github.camelroboflow.inference.ModelDescription.Appearance;
import io.github.camelroboflow.inference.ModelDescription.Skeleton;
import io.github.camelroboflow.inference.ModelDescription.SkeletonEdge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The classes of an export, with their ids and keypoints: those of the model where they are known, and those of all results that
 * were added. Ids start at 0. Not thread-safe.
 */
public final class ClassCatalog {

    private final TreeMap<Integer, String> names = new TreeMap<>();
    private final Map<String, Integer> ids = new LinkedHashMap<>();
    private final Map<String, TreeMap<Integer, String>> keypoints = new LinkedHashMap<>();
    private final Map<String, List<SkeletonEdge>> edges = new HashMap<>();

    /** @param modelClasses the class names of the model in the order of their ids; empty if they are unknown */
    public ClassCatalog(List<String> modelClasses) {
        for (int i = 0; i < modelClasses.size(); i++) {
            put(modelClasses.get(i), i);
        }
    }

    /** Adds the classes of a model with their keypoints. */
    public void add(Appearance model) {
        for (int id = 0; id < model.classes().size(); id++) {
            put(model.classes().get(id), id);
            add(model.classes().get(id), model.skeletons().getOrDefault(id, Skeleton.UNKNOWN));
        }
    }

    private void add(String className, Skeleton skeleton) {
        if (!skeleton.keypoints().isEmpty() && edges.putIfAbsent(className, skeleton.edges()) == null) {
            TreeMap<Integer, String> names = keypoints.computeIfAbsent(className, name -> new TreeMap<>());
            for (int index = 0; index < skeleton.keypoints().size(); index++) {
                names.put(index, skeleton.keypoints().get(index));
            }
        }
    }

    /** Adds the classes and the keypoints of a result, and what it knows of its model. */
    public void add(Inference result) {
        add(result.info().appearance());
        for (Finding finding : result.findings()) {
            if (finding instanceof Detection detection) {
                put(detection.className(), detection.classId());
                if (!detection.keypoints().isEmpty()) {
                    TreeMap<Integer, String> known = keypoints.computeIfAbsent(detection.className(), name -> new TreeMap<>());
                    detection.keypoints().forEach(keypoint -> known.putIfAbsent(index(detection, keypoint), keypoint.className()));
                }
            } else if (finding instanceof ClassScore score) {
                put(score.className(), score.classId());
            }
        }
    }

    /** A class keeps the id that it has; another class with that id gets the next that is free. */
    private void put(String name, int id) {
        if (!ids.containsKey(name)) {
            int free = id >= 0 && !names.containsKey(id) ? id : names.isEmpty() ? 0 : names.lastKey() + 1;
            ids.put(name, free);
            names.put(free, name);
        }
    }

    /** Returns the index of a keypoint in the skeleton, or in the list if the result has no index. */
    static int index(Detection detection, Keypoint keypoint) {
        return keypoint.classId() >= 0 ? keypoint.classId() : detection.keypoints().indexOf(keypoint);
    }

    /** @throws IllegalArgumentException if no result with that class was added */
    int id(String className) {
        Integer id = ids.get(className);
        if (id == null) {
            throw new IllegalArgumentException("the class " + className + " is not in the catalog of this export");
        }
        return id;
    }

    /** Returns the names by id, without the ids that no class has. */
    Map<Integer, String> names() {
        return names;
    }

    /** Returns the names in the order of the ids. An id that no class has is called {@code unknown-3}. */
    List<String> allNames() {
        List<String> all = new ArrayList<>();
        for (int id = 0; !names.isEmpty() && id <= names.lastKey(); id++) {
            all.add(names.getOrDefault(id, "unknown-" + id));
        }
        return all;
    }

    /** Returns the keypoints of a class in the order of the skeleton. One that was never found is called {@code keypoint-3}. */
    List<String> keypoints(String className) {
        TreeMap<Integer, String> known = keypoints.getOrDefault(className, new TreeMap<>());
        List<String> all = new ArrayList<>();
        for (int index = 0; !known.isEmpty() && index <= known.lastKey(); index++) {
            all.add(known.getOrDefault(index, "keypoint-" + index));
        }
        return all;
    }

    /** Returns the lines between the keypoints of a class; empty if its model is unknown, or has none. */
    List<SkeletonEdge> edges(String className) {
        return edges.getOrDefault(className, List.of());
    }

    /** Returns the greatest number of keypoints of any class. */
    int mostKeypoints() {
        return keypoints.values().stream().mapToInt(known -> known.lastKey() + 1).max().orElse(0);
    }
}
