package io.github.camelroboflow.condition;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.ImageSize;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceInfo;
import io.github.camelroboflow.inference.WorkflowOutputs;
import java.util.Collection;
import java.util.List;

/** The outputs of a workflow as the one result that a condition looks at. */
final class OneResult {

    private OneResult() {
    }

    /**
     * For conditions that ask for classes, all outputs are looked at together.
     *
     * @throws ConditionException if there is nothing to look at: a condition on such a workflow could never be true
     */
    static Inference ofClasses(WorkflowOutputs outputs, Object condition) {
        // a step that was skipped leaves null: then nothing was found
        if (outputs.inferences().isEmpty() && outputs.values().values().stream().noneMatch(JsonNode::isNull)) {
            throw new ConditionException("The condition '" + condition
                    + "' has no result to look at: none of the workflow's outputs " + outputs.values().keySet()
                    + " is the result of a model; add one to the workflow's outputs");
        }
        return outputs;
    }

    /**
     * For conditions that ask for places, outputs are one result if there is only one, or if all of them are detections in images
     * of one size. All else would be a guess.
     *
     * @throws ConditionException if they are not
     */
    static Inference ofPlaces(WorkflowOutputs outputs, Object condition) {
        ofClasses(outputs, condition);
        Collection<Inference> results = outputs.inferences().values();
        if (results.size() == 1) {
            return results.iterator().next();
        }
        List<ImageSize> sizes = results.stream().map(result -> result.info().image()).filter(size -> size.area() > 0).distinct()
                .toList();
        if (!results.stream().allMatch(Detections.class::isInstance) || sizes.size() > 1) {
            throw new ConditionException("The condition '" + condition + "' asks for places, but the workflow's outputs "
                    + outputs.inferences().keySet() + (sizes.size() > 1 ? " tell of images of different sizes, " + sizes
                            : " are not all detections")
                    + ": make the output that is meant the body before it, as in ${body.inferences["
                    + outputs.inferences().keySet().iterator().next() + "]}");
        }
        return new Detections(InferenceInfo.of("", Double.NaN, outputs.info().image()),
                outputs.findings().stream().map(Detection.class::cast).toList());
    }
}
