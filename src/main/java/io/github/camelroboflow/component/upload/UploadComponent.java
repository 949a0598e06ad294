package io.github.camelroboflow.component.upload;

import io.github.camelroboflow.component.ServiceComponent;
import io.github.camelroboflow.component.ServiceComponent.ServiceEndpoint;
import io.github.camelroboflow.hosted.http.HostedSettings;
import io.github.camelroboflow.hosted.upload.UploadService;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;

/** Sends images to datasets: {@code roboflow-upload:my-project}. */
@Component("roboflow-upload")
public class UploadComponent extends ServiceComponent<UploadService, UploadConfiguration> {

    @Metadata(description = "The defaults of all endpoints.")
    private UploadConfiguration configuration = new UploadConfiguration();

    @Override
    protected UploadService open(HostedSettings settings) {
        return new UploadService(settings);
    }

    @Override
    protected UploadConfiguration defaults() {
        return configuration.copy();
    }

    @Override
    protected ServiceEndpoint<UploadService> endpoint(String uri, String target, UploadConfiguration options) {
        return new UploadEndpoint(uri, this, target, options);
    }

    public UploadConfiguration getConfiguration() {
        return configuration;
    }

    public void setConfiguration(UploadConfiguration configuration) {
        this.configuration = configuration;
    }
}
