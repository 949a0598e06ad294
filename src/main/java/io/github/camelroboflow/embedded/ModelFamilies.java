package io.github.camelroboflow.embedded;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Tells from a net's outputs how they are to be read. */
final class ModelFamilies {

    private static final String SUPPORTED = "object detection with one output [1, 4 + classes, anchors], as YOLOv8, 9, 11 and 12"
            + " are exported";

    private ModelFamilies() {
    }

    /** @throws IllegalArgumentException if the outputs are of no supported kind, or don't match the class names */
    static OutputDecoder decoder(Map<String, long[]> outputs, String task, List<String> classNames) {
        long[] shape = outputs.values().iterator().next();
        boolean detection = task.isEmpty() || task.equals("detect");
        if (!detection || outputs.size() != 1 || shape.length != 3 || shape[0] != 1) {
            throw new IllegalArgumentException(unsupported(outputs, task));
        }
        if (shape[1] != 4 + classNames.size()) {
            boolean columns = shape[2] == 5 + classNames.size() || shape[2] == 6 || shape[1] > shape[2];
            throw new IllegalArgumentException(columns || shape[1] < 5 ? unsupported(outputs, task)
                    : "its output " + describe(outputs) + " is made for " + (shape[1] - 4) + " classes (4 + classes), but there"
                            + " are " + classNames.size() + " class names: give it the class_names.txt that belongs to it");
        }
        return new YoloDetectionDecoder(classNames);
    }

    private static String unsupported(Map<String, long[]> outputs, String task) {
        return "its outputs " + describe(outputs) + (task.isEmpty() ? "" : " for the task '" + task + "'")
                + " are of no kind that is supported: " + SUPPORTED;
    }

    private static String describe(Map<String, long[]> outputs) {
        return outputs.entrySet().stream().map(output -> output.getKey() + " " + Arrays.toString(output.getValue()))
                .collect(Collectors.joining(", "));
    }
}
