package io.github.camelroboflow.inference;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a model, or a workflow of models, found in one image. Immutable. As JSON it has the names, types and order of Roboflow's
 * answers; one that was read from JSON writes that same JSON again, fields that we don't know included.
 */
@JsonDeserialize(using = InferenceJson.Deserializer.class)
public sealed interface Inference
        permits io.github.camelroboflow.inference.LocatedInference, Classification, MultiLabelClassification, WorkflowOutputs {

    /** Id, time and image size. */
    InferenceInfo info();

    /** Everything that was found, in the order of the result: detections one by one, or one entry for each class that applies. */
    List<? extends Finding> findings();

    /** The same result with a drawing of it, given as base64 of a JPEG. */
    Inference withVisualization(String base64Jpeg);

    /** The classes that were found, the most confident first, each once. */
    default List<String> classes() {
        return List.copyOf(confidences().keySet());
    }

    /** How many findings there are of a class. */
    default int count(String className) {
        return counts().getOrDefault(className, 0);
    }

    /** The best confidence of a class, 0 to 1; 0 if it was not found. */
    default double confidence(String className) {
        return confidences().getOrDefault(className, 0.0);
    }

    /** How many findings there are of each class, in the order of {@link #classes()}. */
    default Map<String, Integer> counts() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        confidences().keySet().forEach(name -> counts.put(name, 0));
        findings().forEach(finding -> counts.merge(finding.className(), 1, Integer::sum));
        return Collections.unmodifiableMap(counts);
    }

    /** The best confidence of each class, in the order of {@link #classes()}. */
    default Map<String, Double> confidences() {
        Map<String, Double> best = new LinkedHashMap<>();
        findings().stream().sorted(Comparator.comparingDouble(Finding::confidence).reversed())
                .forEach(finding -> best.putIfAbsent(finding.className(), finding.confidence()));
        return Collections.unmodifiableMap(best);
    }

    /** The result as Roboflow's JSON. */
    @JsonValue
    default ObjectNode toJson() {
        return InferenceJson.write(this);
    }
}
