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
 * What a workflow returned for one image: its outputs, named by whoever made the workflow, in its order. An output that is the
 * result of a model is there as such, too; what was found is what all of these found. A list, such as a result for each part that
 * was cut out of the image, is only a value: it does not tell of this image.
 */
public final class WorkflowOutputs implements Inference {

    private final InferenceInfo info;
    private final Map<String, Inference> inferences;

    private WorkflowOutputs(InferenceInfo info, Map<String, Inference> inferences) {
        this.info = info;
        this.inferences = inferences;
    }

    /**
     * Reads the outputs for one image, an element of {@code outputs} in a workflow's answer.
     *
     * @throws IllegalArgumentException if it is no object, or something in it is a result that can't be read
     */
    public static WorkflowOutputs of(JsonNode outputs) {
        if (!(outputs instanceof ObjectNode object)) {
            throw new IllegalArgumentException("the outputs of a workflow are an object, but this is " + outputs.getNodeType());
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
        return new InferenceInfo(first.inferenceId(), Double.NaN, first.image(), "", outputs);
    }

    /**
     * The id and the image size of the first output that is a result and tells the size; without a time, as the workflow's is not
     * told.
     */
    @Override
    public InferenceInfo info() {
        return info;
    }

    /** The outputs that are results of models, by name. */
    public Map<String, Inference> inferences() {
        return inferences;
    }

    /** All outputs as they came, by name: copies, as JSON can be changed. */
    public Map<String, JsonNode> values() {
        Map<String, JsonNode> values = new LinkedHashMap<>();
        info.received().fields().forEachRemaining(output -> values.put(output.getKey(), output.getValue()));
        return Collections.unmodifiableMap(values);
    }

    /**
     * What the results among the outputs found, one result after the other. A detection that several of them have, such as those
     * before and after a filter, is known by its id and counts once.
     */
    @Override
    public List<Finding> findings() {
        Set<String> ids = new HashSet<>();
        return inferences.values().stream().<Finding>flatMap(inference -> inference.findings().stream())
                .filter(finding -> !(finding instanceof Detection detection) || detection.detectionId().isEmpty()
                        || ids.add(detection.detectionId()))
                .toList();
    }

    /** The drawing is no output, so it is not in the JSON. */
    @Override
    public WorkflowOutputs withVisualization(String base64Jpeg) {
        return new WorkflowOutputs(new InferenceInfo(info.inferenceId(), info.time(), info.image(), base64Jpeg, info.received()),
                inferences);
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
