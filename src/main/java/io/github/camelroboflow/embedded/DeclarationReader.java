package io.github.camelroboflow.embedded;

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
 * Reads what a package says that its model is: {@code inference_config.json}, and the files that name task and type, each under
 * keys of its own: {@code model_config.json}, {@code model_type.json} and {@code model.json}.
 */
final class DeclarationReader {

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
                throw files.wrong(KEYPOINTS + " is wrong: each entry has an object_class_id and keypoints that map \"0\" and all"
                        + " that follow to names");
            }
            names.put(one.path("object_class_id").intValue(), named);
        }
        return new KeypointNames(Map.copyOf(names));
    }
}
