package io.github.camelroboflow.embedded.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.camelroboflow.inference.ModelDescription.Skeleton;
import io.github.camelroboflow.inference.ModelDescription.SkeletonEdge;
import io.github.camelroboflow.inference.Task;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/**
 * The declaration of a model by its package and its weights. Any part may be missing.
 *
 * @param task           name of a {@link Task}, or an unknown word; empty if not declared
 * @param type           Roboflow's name of the architecture, in lower case, such as {@code yolov8n-seg}; empty if not declared
 * @param postProcessing {@code nms}, {@code softmax} or {@code sigmoid}; empty if not declared
 * @param fused          whether the post-processing is a part of the net
 * @param removedClasses class names that stand for no class of a result, such as RF-DETR's background
 * @param keypoints      names of the keypoints, and the lines between them
 * @param packaged       whether Roboflow's {@code environment.json} or {@code inference_config.json} describes the preprocessing
 * @param weights        metadata of the weights, or {@link WeightsMetadata#NONE}
 */
public record ModelDeclaration(String task, String type, String postProcessing, boolean fused, List<String> removedClasses,
                        KeypointNames keypoints, boolean packaged, WeightsMetadata weights) {

    public static final ModelDeclaration NONE = new ModelDeclaration("", "", "", false, List.of(), KeypointNames.UNKNOWN, false,
            WeightsMetadata.NONE);

    /**
     * Returns this declaration, completed with the metadata of the weights.
     *
     * @throws IllegalArgumentException if the keypoints of the weights are of an unsupported kind
     */
    public ModelDeclaration completedBy(WeightsMetadata metadata) {
        List<Integer> shape = metadata.keypointShape();
        if (!shape.isEmpty() && !(shape.size() == 2 && shape.get(1) == 3)) {
            throw new IllegalArgumentException("its keypoints (kpt_shape " + shape
                    + ") have no confidence: train it with three numbers for each keypoint, x, y and visibility");
        }
        return new ModelDeclaration(task.isEmpty() ? metadata.task() : task, type.isEmpty() ? metadata.type() : type,
                postProcessing, fused, removedClasses, keypoints, packaged, metadata);
    }

    /** Returns the type without its separators, so that {@code rt_detr} and {@code RT-DETR} are {@code rtdetr}. */
    public String plainType() {
        return type.replaceAll("[-_ ]", "");
    }

    /** Returns whether the declared task is this one or missing. */
    public boolean mayBe(Task candidate) {
        return task.isEmpty() || task.equals(candidate.toString());
    }

    /**
     * Reads the declaration of a package: {@code inference_config.json}, and the files that name task and type, each under its own
     * keys: {@code model_config.json}, {@code model_type.json}, {@code model.json}, and {@code config.json} of Transformers.
     */
    static final class DeclarationReader {

        private static final String[][] TASKS = {{"model_config.json", "task_type"}, {"model_type.json", "project_task_type"},
                {"model.json", "task"}};
        private static final String[][] TYPES = {{"model_config.json", "model_architecture"}, {"model_type.json", "model_type"},
                {"model.json", "modelType"}, {"config.json", "model_type"}};
        private static final String KEYPOINTS = "keypoints_metadata.json";

        private DeclarationReader() {
        }

        static ModelDeclaration read(ModelFiles files, JsonNode environment, JsonNode config) {
            JsonNode processing = config.path("post_processing");
            String task = first(files, TASKS);
            if (environment.path("MULTICLASS").asBoolean() && (task.isEmpty() || task.equals(Task.CLASSIFICATION.toString()))) {
                task = Task.MULTI_LABEL_CLASSIFICATION.toString();
            }
            List<String> removedClasses = new ArrayList<>();
            config.path("class_names_operations").forEach(operation -> {
                if ("class_name_removal".equals(operation.path("type").asText())) {
                    removedClasses.add(operation.path("class_name").asText());
                }
            });
            return new ModelDeclaration(task, first(files, TYPES).toLowerCase(Locale.ROOT), processing.path("type").asText(""),
                    processing.path("fused").asBoolean(), List.copyOf(removedClasses), files.array(KEYPOINTS)
                            .map(json -> keypoints(files, json)).orElse(KeypointNames.UNKNOWN),
                    environment.isObject() || config.isObject(), WeightsMetadata.NONE);
        }

        private static String first(ModelFiles files, String[][] places) {
            for (String[] place : places) {
                String text = files.json(place[0]).orElse(MissingNode.getInstance()).path(place[1]).asText("");
                if (!text.isBlank()) {
                    return text.strip();
                }
            }
            return "";
        }

        /**
         * Reads {@code [{"object_class_id": 0, "keypoints": {"0": "head", "1": "tip"}, "edges": [{"from": 0, "to": 1}]}]}. An edge
         * between keypoints that the class does not have is left out, since no result needs edges.
         */
        private static KeypointNames keypoints(ModelFiles files, JsonNode classes) {
            Map<Integer, List<String>> names = new HashMap<>();
            Map<Integer, List<SkeletonEdge>> edges = new HashMap<>();
            for (JsonNode entry : classes) {
                JsonNode keypoints = entry.path("keypoints");
                List<String> named = IntStream.range(0, keypoints.size()).mapToObj(i -> keypoints.path(String.valueOf(i)).asText())
                        .toList();
                if (!entry.path("object_class_id").isInt() || named.contains("")) {
                    throw files.invalid(KEYPOINTS + " is wrong: each entry needs an object_class_id, and keypoints that"
                            + " map \"0\", \"1\" and so on to names");
                }
                names.put(entry.path("object_class_id").intValue(), named);
                edges.put(entry.path("object_class_id").intValue(), edges(files, entry.path("edges"), named.size()));
            }
            return new KeypointNames(Map.copyOf(names), Map.copyOf(edges));
        }

        private static List<SkeletonEdge> edges(ModelFiles files, JsonNode edges, int keypoints) {
            List<SkeletonEdge> known = StreamSupport.stream(edges.spliterator(), false)
                    .map(edge -> new SkeletonEdge(edge.path("from").asInt(-1), edge.path("to").asInt(-1)))
                    .filter(edge -> Math.min(edge.from(), edge.to()) >= 0 && Math.max(edge.from(), edge.to()) < keypoints).toList();
            if (known.size() < edges.size()) {
                files.warn("visualizations leave out edges of " + KEYPOINTS + " between keypoints that a class does not have");
            }
            return known;
        }
    }

    /**
     * The names of each class's keypoints, in order. A keypoint without a name is called by its index.
     *
     * @param byClass names by class id; empty if no class has any
     * @param edges   lines of the skeleton by class id
     */
    public record KeypointNames(Map<Integer, List<String>> byClass, Map<Integer, List<SkeletonEdge>> edges) {

        public static final KeypointNames UNKNOWN = new KeypointNames(Map.of(), Map.of());

        public boolean known() {
            return !byClass.isEmpty();
        }

        /** Returns the keypoints of each class that has any, by class id. */
        public Map<Integer, Skeleton> skeletons() {
            Map<Integer, Skeleton> skeletons = new HashMap<>();
            byClass.forEach((classId, names) ->
                    skeletons.put(classId, new Skeleton(names, edges.getOrDefault(classId, List.of()))));
            return skeletons;
        }

        /** Returns the number of keypoints of the class with the most; 0 if they are unknown. */
        public int most() {
            return byClass.values().stream().mapToInt(List::size).max().orElse(0);
        }

        /**
         * Returns how many keypoints the objects of a class have.
         *
         * @param slots number of keypoints in the net's output, which is that of the class with the most keypoints
         */
        public int count(int classId, int slots) {
            return known() ? Math.min(slots, byClass.getOrDefault(classId, List.of()).size()) : slots;
        }

        public String name(int classId, int keypoint) {
            List<String> names = byClass.getOrDefault(classId, List.of());
            return keypoint < names.size() ? names.get(keypoint) : String.valueOf(keypoint);
        }
    }
}
