package io.github.camelroboflow.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.Inference.Finding;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The outputs of a workflow for one image, with the names and in the order of the workflow. Outputs that are model
 * results are also available as such, and their findings are the findings of the workflow. A list, such as one result
 * for each crop of the image, is only a value, because it does not describe this image.
 */
public final class WorkflowOutputs implements Inference {

    private final InferenceInfo info;
    private final Map<String, Inference> inferences;

    private WorkflowOutputs(InferenceInfo info, Map<String, Inference> inferences) {
        this.info = info;
        this.inferences = inferences;
    }

    /**
     * Reads the outputs for one image, an element of {@code outputs} in a workflow's response.
     *
     * @throws IllegalArgumentException if it is no object, or an output is a result that can't be read
     */
    public static WorkflowOutputs of(JsonNode outputs) {
        if (!(outputs instanceof ObjectNode object)) {
            throw new IllegalArgumentException("the outputs of a workflow must be an object, but this is " + outputs.getNodeType());
        }
        Map<String, Inference> inferences = new LinkedHashMap<>();
        object.fields().forEachRemaining(output -> {
            if (InferenceJson.isResult(output.getValue())) {
                inferences.put(output.getKey(), InferenceReader.result(output.getValue()));
            }
        });
        return new WorkflowOutputs(info(inferences.values(), object.deepCopy()), Collections.unmodifiableMap(inferences));
    }

    private static InferenceInfo info(Collection<Inference> inferences, ObjectNode outputs) {
        InferenceInfo first = inferences.stream().map(Inference::info).filter(info -> info.image().area() > 0).findFirst()
                .orElse(InferenceInfo.of("", Double.NaN, ImageSize.UNKNOWN));
        return new InferenceInfo(first.inferenceId(), Double.NaN, first.image(), first.imageDamaged(), "", outputs,
                first.appearance());
    }

    /**
     * Returns the id and the image size of the first output that is a result with a size. The time is unknown, because
     * responses have no time for a workflow.
     */
    @Override
    public InferenceInfo info() {
        return info;
    }

    /** Returns the outputs that are model results, by name. */
    public Map<String, Inference> inferences() {
        return inferences;
    }

    /** Returns all outputs unchanged, by name. They are copies, because JSON can be changed. */
    public Map<String, JsonNode> values() {
        Map<String, JsonNode> values = new LinkedHashMap<>();
        info.received().fields().forEachRemaining(output -> values.put(output.getKey(), output.getValue()));
        return Collections.unmodifiableMap(values);
    }

    /**
     * Returns the findings of all results among the outputs, one result after the other. A detection that occurs in
     * several of them, such as before and after a filter, is identified by its id and counts once.
     */
    @Override
    public List<Finding> findings() {
        Set<String> ids = new HashSet<>();
        return inferences.values().stream().<Finding>flatMap(inference -> inference.findings().stream())
                .filter(finding -> !(finding instanceof Detection detection) || detection.detectionId().isEmpty()
                        || ids.add(detection.detectionId()))
                .toList();
    }

    /** Returns the same outputs with a visualization, which is not part of the JSON because it is no output. */
    @Override
    public WorkflowOutputs withVisualization(String base64Jpeg) {
        return new WorkflowOutputs(new InferenceInfo(info.inferenceId(), info.time(), info.image(), info.imageDamaged(), base64Jpeg,
                info.received(), info.appearance()), inferences);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WorkflowOutputs outputs && info.equals(outputs.info);
    }

    @Override
    public int hashCode() {
        return info.hashCode();
    }

    @Override
    public String toString() {
        return "WorkflowOutputs[" + info.received() + "]";
    }
}
