package io.github.camelroboflow.component.workflow;

import io.github.camelroboflow.component.ServiceEndpoint;
import io.github.camelroboflow.hosted.Workflow;
import io.github.camelroboflow.hosted.Workflows;
import org.apache.camel.Category;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;

/** Run images through one of Roboflow's workflows, a saved one or one of your own. */
@UriEndpoint(firstVersion = "0.1.0", scheme = "roboflow-workflow", title = "Roboflow Workflow",
             syntax = "roboflow-workflow:workflow",
             producerOnly = true, category = Category.AI, headersClass = WorkflowConstants.class)
public class WorkflowEndpoint extends ServiceEndpoint<Workflows> {

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
        definition = Definitions.of(getCamelContext(), workflow, configuration);
    }

    /** As it was at the start. */
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
}
