package io.github.camelroboflow.hosted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.InferenceOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** Takes from an answer what was not asked for, since servers ignore some options. Answers keep their other fields. */
final class Selection {

    private static final int MOST_COMPARED = 20_000;

    private Selection() {
    }

    static void apply(ObjectNode answer, InferenceOptions options) {
        if (!(answer.path("predictions") instanceof ArrayNode predictions) || answer.has("top")) {
            // classes of a classification compete with each other, so none is taken out
            return;
        }
        // each is compared with each
        cut(predictions, MOST_COMPARED);
        if (options.classAgnosticNms()) {
            suppress(predictions, options.overlap());
        }
        cut(predictions, options.maxDetections());
        if (!options.classes().isEmpty()) {
            Set<String> wanted = new HashSet<>(options.classes());
            for (Iterator<JsonNode> each = predictions.iterator(); each.hasNext();) {
                JsonNode prediction = each.next();
                if (!wanted.contains(prediction.path(prediction.has("class") ? "class" : "class_name").asText().strip())) {
                    each.remove();
                }
            }
        }
    }

    private static void cut(ArrayNode predictions, int most) {
        while (predictions.size() > most) {
            predictions.remove(predictions.size() - 1);
        }
    }

    /** Of two boxes that overlap too much, the server kept both if their classes differ; the first is the more confident one. */
    private static void suppress(ArrayNode predictions, double overlap) {
        List<JsonNode> kept = new ArrayList<>();
        for (Iterator<JsonNode> each = predictions.iterator(); each.hasNext();) {
            JsonNode prediction = each.next();
            if (kept.stream().anyMatch(better -> intersectionOverUnion(better, prediction) > overlap)) {
                each.remove();
            } else {
                kept.add(prediction);
            }
        }
    }

    private static double intersectionOverUnion(JsonNode a, JsonNode b) {
        double width = common(a, b, "x", "width");
        double height = common(a, b, "y", "height");
        double common = width * height;
        double union = a.path("width").asDouble() * a.path("height").asDouble()
                + b.path("width").asDouble() * b.path("height").asDouble()
                - common;
        return union > 0 ? common / union : 0;
    }

    private static double common(JsonNode a, JsonNode b, String centre, String size) {
        double halfA = a.path(size).asDouble() / 2;
        double halfB = b.path(size).asDouble() / 2;
        return Math.max(0, Math.min(a.path(centre).asDouble() + halfA, b.path(centre).asDouble() + halfB)
                - Math.max(a.path(centre).asDouble() - halfA, b.path(centre).asDouble() - halfB));
    }
}
