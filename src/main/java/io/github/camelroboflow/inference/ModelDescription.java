package io.github.camelroboflow.inference;

import io.github.camelroboflow.inference.geometry.ImageSize;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The properties of an opened model.
 *
 * @param id the model
 * @param task the model's task, or {@code null} if the engine can't know it before the first response
 * @param classes the class names in order of class id; empty if the engine can't know them before the first response
 * @param inputSize the size in pixels to which images are resized, or {@link ImageSize#UNKNOWN}
 * @param weightsHash the SHA-256 of the weights in hex, or empty if they are on a server
 * @param loadTime the time that loading took
 * @param appearance the colors and skeletons of visualizations
 */
public record ModelDescription(ModelId id, Task task, List<String> classes, ImageSize inputSize, String weightsHash,
                               Duration loadTime, Appearance appearance) {

    public ModelDescription {
        classes = List.copyOf(classes);
    }

    /** Describes a model without colors and skeletons. */
    public ModelDescription(ModelId id, Task task, List<String> classes, ImageSize inputSize, String weightsHash,
                            Duration loadTime) {
        this(id, task, classes, inputSize, weightsHash, loadTime, new Appearance(classes, Map.of(), Map.of()));
    }

    /** Returns the same description with the task. */
    public ModelDescription withTask(Task newTask) {
        return new ModelDescription(id, newTask, classes, inputSize, weightsHash, loadTime, appearance);
    }

    /**
     * The parts of a model package that visualizations and exports need, and that the JSON of results does not have.
     *
     * @param classes the class names in order of class id; empty if unknown
     * @param colors the colors that the model's owner chose for its classes, as {@code #RRGGBB} by class name; empty if
     *               unknown
     * @param skeletons the keypoints of each class, by class id; empty if unknown
     */
    public record Appearance(List<String> classes, Map<String, String> colors, Map<Integer, Skeleton> skeletons) {

        public static final Appearance UNKNOWN = new Appearance(List.of(), Map.of(), Map.of());

        public Appearance {
            classes = List.copyOf(classes);
            colors = Map.copyOf(colors);
            skeletons = Map.copyOf(skeletons);
        }
    }

    /**
     * The keypoints of a class.
     *
     * @param keypoints their names in order of {@link Detection.Keypoint#classId()}
     * @param edges     the lines between them; empty if unknown
     */
    public record Skeleton(List<String> keypoints, List<SkeletonEdge> edges) {

        public static final Skeleton UNKNOWN = new Skeleton(List.of(), List.of());

        public Skeleton {
            keypoints = List.copyOf(keypoints);
            edges = List.copyOf(edges);
        }
    }

    /**
     * A line between two keypoints of a skeleton.
     *
     * @param from the {@link Detection.Keypoint#classId()} of one end
     * @param to the same of the other end
     */
    public record SkeletonEdge(int from, int to) {
    }
}
