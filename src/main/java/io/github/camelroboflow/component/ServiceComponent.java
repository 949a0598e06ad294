package io.github.camelroboflow.component;

import io.github.camelroboflow.component.ImageEndpoint.Workers;
import io.github.camelroboflow.condition.camel.ConditionPlugin.CamelVersion;
import io.github.camelroboflow.hosted.http.ApiKey;
import io.github.camelroboflow.hosted.http.ApiKey.KeyTransport;
import io.github.camelroboflow.hosted.http.HostedClient.HostedService;
import io.github.camelroboflow.hosted.http.HostedSettings;
import io.github.camelroboflow.hosted.http.RoboflowHost;
import java.net.URI;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.SSLContextParametersAware;
import org.apache.camel.spi.EndpointServiceLocation;
import org.apache.camel.spi.Metadata;
import org.apache.camel.support.DefaultComponent;

/**
 * The base of components whose endpoints call a service other than the inference of a model. They share its client. The key, the
 * certificates and the proxy of the {@code roboflow} component also apply to them.
 *
 * @param <S> the service
 * @param <C> its options
 */
public abstract class ServiceComponent<S extends HostedService, C extends ServiceConfiguration> extends DefaultComponent
        implements SSLContextParametersAware {

    @Metadata(label = "security", defaultValue = "false",
              description = "Whether the context's own SSLContextParameters are used where an endpoint has none.")
    private boolean useGlobalSslContextParameters;

    private final Leases<HostedSettings, S> services = new Leases<>();
    private HostedSettingsFactory connections;

    /** Opens a new service, which is closed with the last endpoint that uses it. */
    protected abstract S open(HostedSettings settings);

    /** Returns a copy of the component's own defaults. */
    protected abstract C defaults();

    protected abstract ServiceEndpoint<S> endpoint(String uri, String target, C options);

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        C options = defaults();
        ServiceEndpoint<S> endpoint = endpoint(uri, remaining, options);
        setProperties(endpoint, parameters);
        if (options.getSslContextParameters() == null) {
            options.setSslContextParameters(retrieveGlobalSslContextParameters());
        }
        endpoint.validate();
        return endpoint;
    }

    @Override
    protected void doInit() throws Exception {
        CamelVersion.check(getCamelContext());
        super.doInit();
        connections = new HostedSettingsFactory(getCamelContext());
    }

    /** @throws IllegalArgumentException naming the option that is wrong */
    HostedSettings settings(ServiceConfiguration options) {
        RoboflowConfiguration models = models();
        RoboflowHost host = options.host(models);
        ConnectionConfiguration complete = completed(options, models);
        if (options.getApiKeyTransport() == KeyTransport.AUTO && isTheModels(host, models)) {
            complete.setApiKeyTransport(models.getApiKeyTransport());
        }
        return connections.settings(complete, host);
    }

    private RoboflowConfiguration models() {
        return getCamelContext().getComponent("roboflow", RoboflowComponent.class).getConfiguration();
    }

    private static boolean isTheModels(RoboflowHost host, RoboflowConfiguration models) {
        return !models.getApiUrl().strip().equals("v1") && host.equals(RoboflowHost.of(models.getApiUrl(), null));
    }

    /**
     * Completes the options with the key, the certificates and the proxy of the {@code roboflow} component, where the options have
     * none.
     */
    private static ConnectionConfiguration completed(ServiceConfiguration options, RoboflowConfiguration models) {
        ConnectionConfiguration complete = options.copy();
        boolean hasFile = options.getApiKeyFile() != null && !options.getApiKeyFile().isBlank();
        if (!new ApiKey(options.getApiKey()).isPresent() && !hasFile) {
            complete.setApiKey(models.getApiKey());
            complete.setApiKeyFile(models.getApiKeyFile());
        }
        if (options.getSslContextParameters() == null) {
            complete.setSslContextParameters(models.getSslContextParameters());
        }
        if (options.getHttpClientConfigurer() == null && options.getHttpClient() == null) {
            complete.setHttpClientConfigurer(models.getHttpClientConfigurer());
            complete.setHttpClient(models.getHttpClient());
        }
        return complete;
    }

    Leases.Lease<S> lease(ServiceConfiguration options) {
        HostedSettings settings = settings(options);
        HostedSettingsFactory.checkKey(settings, options);
        Leases.Lease<S> lease = services.lease(settings, () -> open(settings));
        return Leases.withPermits(lease, lease.value(), options.getMaxConcurrentRequests());
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
     * The base of endpoints that call a service other than the inference of a model.
     *
     * @param <S> the service
     */
    public abstract static class ServiceEndpoint<S extends HostedService> extends ImageEndpoint implements EndpointServiceLocation {

        private final ServiceComponent<S, ?> component;
        private final ServiceConfiguration options;
        private final String threadName;

        protected ServiceEndpoint(String uri, ServiceComponent<S, ?> component, String threadName, ServiceConfiguration options) {
            super(uri, component);
            this.component = component;
            this.threadName = threadName;
            this.options = options;
        }

        @Override
        protected void validate() {
            options.validate();
            component.settings(options);
        }

        @Override
        Workers createWorkers() {
            return new Workers(this, threadName, options.getWorkers(), options.getMaxConcurrentRequests(), options.getWhenFull());
        }

        @Override
        public String getServiceUrl() {
            return options.host(component.models()).toString();
        }

        @Override
        public String getServiceProtocol() {
            return URI.create(getServiceUrl()).getScheme();
        }

        Leases.Lease<S> lease() {
            return component.lease(options);
        }

        ServiceConfiguration options() {
            return options;
        }
    }
}
