package io.github.camelroboflow.component.workflow;

import io.github.camelroboflow.component.ServiceComponent;
import io.github.camelroboflow.component.ServiceComponent.ServiceEndpoint;
import io.github.camelroboflow.hosted.http.HostedSettings;
import io.github.camelroboflow.hosted.workflow.WorkflowService;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;

/** Runs images through workflows: {@code roboflow-workflow:my-workspace/find-people}. */
@Component("roboflow-workflow")
public class WorkflowComponent extends ServiceComponent<WorkflowService, WorkflowConfiguration> {

    @Metadata(description = "The defaults of all endpoints.")
    private WorkflowConfiguration configuration = new WorkflowConfiguration();

    @Override
    protected WorkflowService open(HostedSettings settings) {
        return new WorkflowService(settings);
    }

    @Override
    protected WorkflowConfiguration defaults() {
        return configuration.copy();
    }

    @Override
    protected ServiceEndpoint<WorkflowService> endpoint(String uri, String target, WorkflowConfiguration options) {
        return new WorkflowEndpoint(uri, this, target, options);
    }

    public WorkflowConfiguration getConfiguration() {
        return configuration;
    }

    public void setConfiguration(WorkflowConfiguration configuration) {
        this.configuration = configuration;
    }
}
