package io.github.camelroboflow.hosted.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.ImageSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A workflow: one that is saved at Roboflow, or one that is sent along. */
public sealed interface Workflow {

    /** What people know it by. */
    String name();

    /**
     * A saved one.
     *
     * @param workspace whose it is
     * @param id        its id, as in its address
     * @param version   a version's id; empty: the newest
     * @param useCache  whether the server may use a definition of up to 15 minutes ago
     */
    record Saved(String workspace, String id, String version, boolean useCache) implements Workflow {

        private static final String FORM = "[A-Za-z0-9_-][A-Za-z0-9._-]*";

        /** @throws IllegalArgumentException if these are no names */
        public Saved {
            if (!workspace.matches(FORM) || !id.matches(FORM)) {
                throw new IllegalArgumentException("'" + workspace + "/" + id + "' is not a workflow: write workspace/id, such as"
                        + " my-workspace/find-people, or inline with the option specification");
            }
        }

        @Override
        public String name() {
            return workspace + "/" + id;
        }
    }

    /** One that is sent along, as the JSON of its definition. */
    record Inline(ObjectNode specification) implements Workflow {

        /** @throws IllegalArgumentException if it can't be a workflow */
        public Inline {
            JsonNode steps = specification.path("steps");
            if (!specification.path("inputs").isArray() || !steps.isArray() || !specification.path("outputs").isArray()) {
                throw new IllegalArgumentException("the specification is no workflow: it has no lists of inputs,"
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
     * What a workflow is run on.
     *
     * @param imageName      the name of its input for images
     * @param images         one, or a batch
     * @param parameters     its other inputs by name: text, numbers, truth values, lists and maps of these
     * @param excludedFields outputs that are not wanted
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
