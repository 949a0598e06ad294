package io.github.camelroboflow.component;

import io.github.camelroboflow.inference.ModelId;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.HealthCheckComponent;

/** Runs images through vision models: {@code roboflow:my-project/3}. */
@Component("roboflow")
public class RoboflowComponent extends HealthCheckComponent {

    @Metadata(description = "The defaults of all endpoints.")
    private RoboflowConfiguration configuration = new RoboflowConfiguration();

    private final Engines engines = new Engines();
    private final RoboflowHealthCheck.Checks healthChecks = new RoboflowHealthCheck.Checks();

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        RoboflowConfiguration copy = configuration.copy();
        RoboflowEndpoint endpoint = new RoboflowEndpoint(uri, this, new ModelId(remaining), copy);
        setProperties(endpoint, parameters);
        endpoint.validate();
        return endpoint;
    }

    /** The engines that this component's endpoints share. */
    Engines engines() {
        return engines;
    }

    RoboflowHealthCheck.Checks healthChecks() {
        return healthChecks;
    }

    public RoboflowConfiguration getConfiguration() {
        return configuration;
    }

    public void setConfiguration(RoboflowConfiguration configuration) {
        this.configuration = configuration;
    }
}
