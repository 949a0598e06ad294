package io.github.camelroboflow.embedded.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.camelroboflow.inference.Task;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a model's package and weights say that it is. Anything may be missing.
 *
 * @param task           as {@link Task} writes it, or a word that it doesn't know; empty if nothing tells
 * @param type           Roboflow's name of the architecture, in lower case, such as {@code yolov8n-seg}; empty if nothing tells
 * @param postProcessing {@code nms}, {@code softmax}, {@code sigmoid}; empty if nothing tells
 * @param fused          whether that is a part of the net already
 * @param removedClasses class names that stand for no class of a result, such as RF-DETR's background
 * @param keypoints      the names of keypoints
 */
public record ModelDeclaration(String task, String type, String postProcessing, boolean fused, List<String> removedClasses,
                        KeypointNames keypoints) {

    public static final ModelDeclaration NONE = new ModelDeclaration("", "", "", false, List.of(), KeypointNames.UNKNOWN);

    /**
     * With the task and type of the weights where the package has none.
     *
     * @throws IllegalArgumentException if the weights have keypoints of another kind than is supported
     */
    public ModelDeclaration or(WeightsMetadata weights) {
        if (!weights.keypointShape().isEmpty() && !weights.keypointShape().endsWith(" 3]")) {
            throw new IllegalArgumentException("its keypoints (kpt_shape " + weights.keypointShape()
                    + ") have no confidence: train it with three numbers for each keypoint, x, y and visibility");
        }
        return new ModelDeclaration(task.isEmpty() ? weights.task() : task, type.isEmpty() ? weights.type() : type, postProcessing,
                fused, removedClasses, keypoints);
    }

    /** Whether nothing speaks against that task. */
    public boolean mayBe(Task candidate) {
        return task.isEmpty() || task.equals(candidate.toString());
    }

    /**
     * Reads what a package says that its model is: {@code inference_config.json}, and the files that name task and type, each under
     * keys of its own: {@code model_config.json}, {@code model_type.json} and {@code model.json}.
     */
    static final class DeclarationReader {

        private static final String[][] TASKS = {{"model_config.json", "task_type"}, {"model_type.json", "project_task_type"},
                {"model.json", "task"}};
        private static final String[][] TYPES = {{"model_config.json", "model_architecture"}, {"model_type.json", "model_type"},
                {"model.json", "modelType"}};
        private static final String KEYPOINTS = "keypoints_metadata.json";

        private DeclarationReader() {
        }

        static ModelDeclaration read(ModelFiles files, JsonNode environment, JsonNode config) {
            JsonNode processing = config.path("post_processing");
            String task = first(files, TASKS);
            if (environment.path("MULTICLASS").asBoolean() && (task.isEmpty() || task.equals(Task.CLASSIFICATION.toString()))) {
                task = Task.MULTI_LABEL_CLASSIFICATION.toString();
            }
            List<String> removed = new ArrayList<>();
            config.path("class_names_operations").forEach(operation -> {
                if ("class_name_removal".equals(operation.path("type").asText())) {
                    removed.add(operation.path("class_name").asText());
                }
            });
            return new ModelDeclaration(task, first(files, TYPES).toLowerCase(Locale.ROOT), processing.path("type").asText(""),
                    processing.path("fused").asBoolean(), List.copyOf(removed), files.array(KEYPOINTS)
                            .map(json -> keypoints(files, json)).orElse(KeypointNames.UNKNOWN));
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

        /** From {@code [{"object_class_id": 0, "keypoints": {"0": "head", "1": "tip"}}]}. */
        private static KeypointNames keypoints(ModelFiles files, JsonNode classes) {
            Map<Integer, List<String>> names = new HashMap<>();
            for (JsonNode one : classes) {
                JsonNode keypoints = one.path("keypoints");
                List<String> named = IntStream.range(0, keypoints.size()).mapToObj(i -> keypoints.path(String.valueOf(i)).asText())
                        .toList();
                if (!one.path("object_class_id").isInt() || named.contains("")) {
                    throw files
                            .invalid(KEYPOINTS + " is wrong: each entry has an object_class_id and keypoints that map \"0\" and all"
                            + " that follow to names");
                }
                names.put(one.path("object_class_id").intValue(), named);
            }
            return new KeypointNames(Map.copyOf(names));
        }
    }

    /**
     * The names of each class's keypoints, in order; what is not named is called by its index.
     *
     * @param byClass the names by class id; empty if no class has any
     */
    public record KeypointNames(Map<Integer, List<String>> byClass) {

        public static final KeypointNames UNKNOWN = new KeypointNames(Map.of());

        public boolean known() {
            return !byClass.isEmpty();
        }

        /**
         * How many keypoints objects of that class have.
         *
         * @param slots how many the net has room for, which is what the class with the most of them has
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
