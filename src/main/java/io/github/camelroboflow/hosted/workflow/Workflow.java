package io.github.camelroboflow.hosted.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.ImageSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A workflow: one saved at Roboflow, or one sent with the request. */
public sealed interface Workflow {

    /** Returns the name for messages. */
    String name();

    /**
     * A saved workflow.
     *
     * @param workspace the workspace of the workflow
     * @param id the workflow's id, as in its address
     * @param version a version's id; empty for the newest
     * @param useCache whether the server may use a definition that is up to 15 minutes old
     */
    record Saved(String workspace, String id, String version, boolean useCache) implements Workflow {

        private static final String FORM = "[A-Za-z0-9_-][A-Za-z0-9._-]*";

        /** @throws IllegalArgumentException if a name is not valid */
        public Saved {
            if (!workspace.matches(FORM) || !id.matches(FORM)) {
                throw new IllegalArgumentException("'" + (workspace.isEmpty() ? "" : workspace + "/") + id + "' is not a workflow:"
                        + " use workspace/id, such as my-workspace/find-people, or inline with the option specification");
            }
        }

        @Override
        public String name() {
            return workspace + "/" + id;
        }
    }

    /** A workflow that is sent with the request as the JSON of its definition. */
    record Inline(ObjectNode specification) implements Workflow {

        /** @throws IllegalArgumentException if the JSON can't be a workflow */
        public Inline {
            JsonNode steps = specification.path("steps");
            if (!specification.path("inputs").isArray() || !steps.isArray() || !specification.path("outputs").isArray()) {
                throw new IllegalArgumentException("the specification needs lists of inputs,"
                        + " steps and outputs");
            }
            specification = specification.deepCopy();
        }

        @Override
        public ObjectNode specification() {
            return specification.deepCopy();
        }

        @Override
        public String name() {
            return "inline";
        }
    }

    /**
     * The inputs of a workflow.
     *
     * @param imageName the name of the image input
     * @param images one image or a batch
     * @param parameters the other inputs by name: text, numbers, booleans, lists and maps of these
     * @param excludedFields the outputs that the server leaves out
     */
    public record WorkflowInputs(String imageName, List<ImageSource> images, Map<String, Object> parameters,
                                 List<String> excludedFields) {

        public WorkflowInputs {
            images = List.copyOf(images);
            parameters = new LinkedHashMap<>(parameters);
            excludedFields = List.copyOf(excludedFields);
        }
    }
}
