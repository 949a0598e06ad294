package io.github.camelroboflow.component;

import io.github.camelroboflow.component.Leases.Engines;
import io.github.camelroboflow.condition.camel.ConditionPlugin.CamelVersion;
import io.github.camelroboflow.inference.InferenceEngine;
import io.github.camelroboflow.inference.ModelId;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.SSLContextParametersAware;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.HealthCheckComponent;

/** Runs images through vision models: {@code roboflow:my-project/3}. */
@Component("roboflow")
public class RoboflowComponent extends HealthCheckComponent implements SSLContextParametersAware {

    @Metadata(description = "The defaults of all endpoints.")
    private RoboflowConfiguration configuration = new RoboflowConfiguration();

    @Metadata(label = "security", defaultValue = "false",
              description = "Whether the context's own SSLContextParameters are used where an endpoint has none.")
    private boolean useGlobalSslContextParameters;

    private Engines engines;
    private final RoboflowHealthCheck.Checks healthChecks = new RoboflowHealthCheck.Checks();

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        RoboflowConfiguration copy = configuration.copy();
        RoboflowEndpoint endpoint = new RoboflowEndpoint(uri, this, new ModelId(remaining), copy);
        setProperties(endpoint, parameters);
        if (copy.getSslContextParameters() == null) {
            copy.setSslContextParameters(retrieveGlobalSslContextParameters());
        }
        endpoint.validate();
        return endpoint;
    }

    @Override
    protected void doInit() throws Exception {
        CamelVersion.check(getCamelContext());
        super.doInit();
        engines = new Engines(new HostedSettingsFactory(getCamelContext()));
        getCamelContext().addStartupListener(new ConditionsCheck());
    }

    @Override
    public boolean isUseGlobalSslContextParameters() {
        return useGlobalSslContextParameters;
    }

    @Override
    public void setUseGlobalSslContextParameters(boolean useGlobalSslContextParameters) {
        this.useGlobalSslContextParameters = useGlobalSslContextParameters;
    }

    /**
     * Leases the engine that endpoints with only this component's options use, for code outside of the endpoints.
     *
     * @throws IllegalArgumentException naming the option that is wrong
     */
    public EngineHandle acquireEngine() {
        RoboflowConfiguration options = configuration.copy();
        if (options.getSslContextParameters() == null) {
            options.setSslContextParameters(retrieveGlobalSslContextParameters());
        }
        engines.validate(options);
        return new EngineHandle(engines.lease(options));
    }

    /** Returns the engines that this component's endpoints share. */
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

    /** A lease on an engine that endpoints share. */
    public static final class EngineHandle implements AutoCloseable {

        private final Engines.Lease lease;

        EngineHandle(Engines.Lease lease) {
            this.lease = lease;
        }

        public InferenceEngine engine() {
            return lease.engine();
        }

        /** Ends the lease. The engine is closed with its last lease. */
        @Override
        public void close() {
            lease.close();
        }
    }
}
