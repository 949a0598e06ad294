package io.github.camelroboflow.component.upload;

import io.github.camelroboflow.component.ServiceComponent.ServiceEndpoint;
import io.github.camelroboflow.component.upload.UploadProducer.UploadRequest;
import io.github.camelroboflow.hosted.upload.UploadService;
import org.apache.camel.Category;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;

/** Send images to a dataset at Roboflow, to be labelled and trained on. */
@UriEndpoint(firstVersion = "0.1.0", scheme = "roboflow-upload", title = "Roboflow Upload", syntax = "roboflow-upload:project",
             producerOnly = true, category = Category.AI, headersClass = UploadConstants.class)
public class UploadEndpoint extends ServiceEndpoint<UploadService> {

    @UriPath(description = "The id of the project, as in its address after the workspace")
    @Metadata(required = true)
    private final String project;
    @UriParam
    private final UploadConfiguration configuration;

    UploadEndpoint(String uri, UploadComponent component, String project, UploadConfiguration configuration) {
        super(uri, component, "roboflow-upload-" + project, configuration);
        this.project = project;
        this.configuration = configuration;
    }

    @Override
    protected void validate() {
        super.validate();
        UploadRequest.of(project, configuration);
    }

    @Override
    public Producer createProducer() {
        return new UploadProducer(this);
    }

    public String getProject() {
        return project;
    }

    public UploadConfiguration getConfiguration() {
        return configuration;
    }
}
