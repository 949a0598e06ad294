package io.github.camelroboflow.component.workflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.component.ServiceComponent.ServiceEndpoint;
import io.github.camelroboflow.hosted.workflow.Workflow;
import io.github.camelroboflow.hosted.workflow.WorkflowService;
import io.github.camelroboflow.inference.support.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.apache.camel.CamelContext;
import org.apache.camel.Category;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.ResourceHelper;

/** Run images through one of Roboflow's workflows, a saved one or one of your own. */
@UriEndpoint(firstVersion = "0.1.0", scheme = "roboflow-workflow", title = "Roboflow Workflow",
             syntax = "roboflow-workflow:workflow",
             producerOnly = true, category = Category.AI, headersClass = WorkflowConstants.class)
public class WorkflowEndpoint extends ServiceEndpoint<WorkflowService> {

    @UriPath(description = "The workflow: workspace/id of a saved one, or inline for one that the option specification gives")
    @Metadata(required = true)
    private final String workflow;
    @UriParam
    private final WorkflowConfiguration configuration;

    private Workflow definition;

    WorkflowEndpoint(String uri, WorkflowComponent component, String workflow, WorkflowConfiguration configuration) {
        super(uri, component, "roboflow-workflow-" + workflow, configuration);
        this.workflow = workflow;
        this.configuration = configuration;
    }

    @Override
    protected void validate() {
        super.validate();
        definition = DefinitionReader.of(getCamelContext(), workflow, configuration);
    }

    /** Returns the workflow as it was defined at the start. */
    Workflow definition() {
        return definition;
    }

    @Override
    public Producer createProducer() {
        return new WorkflowProducer(this);
    }

    public String getWorkflow() {
        return workflow;
    }

    public WorkflowConfiguration getConfiguration() {
        return configuration;
    }

    /** Reads the definition of an endpoint's workflow. */
    static final class DefinitionReader {

        private static final String INLINE = "inline";
        private DefinitionReader() {
        }

        /** @throws IllegalArgumentException naming the option that is wrong */
        static Workflow of(CamelContext context, String target, WorkflowConfiguration options) {
            if (target.equals(INLINE)) {
                if (options.getSpecification() == null) {
                    throw new IllegalArgumentException("roboflow-workflow:inline needs the option specification, such as"
                            + " specification=file:workflow.json");
                }
                return new Workflow.Inline(read(context, options.getSpecification()));
            }
            if (options.getSpecification() != null) {
                throw new IllegalArgumentException("specification is for roboflow-workflow:inline, but this is the saved workflow "
                        + target);
            }
            int slash = target.indexOf('/');
            return new Workflow.Saved(slash < 0 ? "" : target.substring(0, slash), target.substring(slash + 1),
                    Objects.requireNonNullElse(options.getWorkflowVersionId(), ""), options.isUseCache());
        }

        private static ObjectNode read(CamelContext context, String specification) {
            JsonNode json;
            try {
                json = specification.startsWith("#") ? bean(context, specification) : resource(context, specification);
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException("specification=" + specification + " is no JSON: " + e.getOriginalMessage(), e);
            } catch (IOException e) {
                throw new IllegalArgumentException("specification=" + specification + " can't be read: " + e.getMessage(), e);
            }
            // accepts the definition as Roboflow's own editor shows it, or the workflow within it
            JsonNode inner = json.path("specification");
            if (inner.isObject()) {
                json = inner;
            }
            if (json instanceof ObjectNode object) {
                return object;
            }
            throw new IllegalArgumentException("specification=" + specification + " is no JSON object");
        }

        private static JsonNode bean(CamelContext context, String reference) throws IOException {
            Object bean = CamelContextHelper.mandatoryLookup(context, reference.replaceFirst("^#(bean:)?", ""));
            return bean instanceof CharSequence text ? Json.MAPPER.readTree(text.toString()) : Json.MAPPER.valueToTree(bean);
        }

        private static JsonNode resource(CamelContext context, String uri) throws IOException {
            try (InputStream stream = ResourceHelper.resolveMandatoryResourceAsInputStream(context, uri)) {
                return Json.MAPPER.readTree(stream);
            }
        }
    }
}
