package io.github.camelroboflow.component;

import io.github.camelroboflow.component.ImageEndpoint.Workers;
import io.github.camelroboflow.component.Leases.Engines;
import io.github.camelroboflow.component.RoboflowConfiguration.InferenceRuntime;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import java.util.Optional;
import org.apache.camel.Category;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;

/** Run images through a vision model, Roboflow's or your own, in this JVM or on a server. */
@UriEndpoint(firstVersion = "0.1.0", scheme = "roboflow", title = "Roboflow", syntax = "roboflow:target", producerOnly = true,
             category = Category.AI, headersClass = RoboflowConstants.class)
public class RoboflowEndpoint extends ImageEndpoint {

    @UriPath(description = "The model: project/version, workspace/model, or the name of a public model")
    @Metadata(required = true)
    private final String target;
    @UriParam
    private final RoboflowConfiguration configuration;

    private final RoboflowComponent component;
    private final ModelId model;
    private volatile ModelDescription description;

    RoboflowEndpoint(String uri, RoboflowComponent component, ModelId model, RoboflowConfiguration configuration) {
        super(uri, component);
        this.component = component;
        this.target = model.value();
        this.model = model;
        this.configuration = configuration;
    }

    @Override
    protected void validate() {
        configuration.inferenceOptions();
        configuration.concurrencyLimit();
        component.engines().validate(configuration);
    }

    @Override
    public Producer createProducer() {
        return new RoboflowProducer(this);
    }

    @Override
    public boolean isRemote() {
        return configuration.getRuntime() == InferenceRuntime.HOSTED;
    }

    @Override
    Workers createWorkers() {
        return new Workers(this, "roboflow-" + target, configuration.concurrencyLimit(), configuration.getWhenFull());
    }

    Engines engines() {
        return component.engines();
    }

    RoboflowHealthCheck acquireHealthCheck(RoboflowProducer producer) {
        return component.healthChecks().acquire(getCamelContext(), target, component.isHealthCheckProducerEnabled(), producer);
    }

    void release(RoboflowHealthCheck check, RoboflowProducer producer) {
        component.healthChecks().release(getCamelContext(), check, producer);
    }

    void modelOpened(ModelDescription model) {
        description = model;
    }

    /** Returns the description of the model; empty until a producer has opened it. */
    public Optional<ModelDescription> modelDescription() {
        return Optional.ofNullable(description);
    }

    /** Returns the address of the server that runs the model; empty if it runs in this JVM, or on an engine of the user's own. */
    public Optional<String> server() {
        return configuration.getEngine() != null || configuration.getRuntime() != InferenceRuntime.HOSTED ? Optional.empty()
                : Optional.of(configuration.host().toString());
    }

    ModelId model() {
        return model;
    }

    public String getTarget() {
        return target;
    }

    public RoboflowConfiguration getConfiguration() {
        return configuration;
    }
}
