package io.github.camelroboflow.component;

import io.github.camelroboflow.component.ImageEndpoint.Workers;
import io.github.camelroboflow.hosted.http.HostedClient.HostedService;
import java.net.URI;
import org.apache.camel.spi.EndpointServiceLocation;

/**
 * The base of endpoints that call a service other than the inference of a model.
 *
 * @param <S> the service
 */
public abstract class ServiceEndpoint<S extends HostedService> extends ImageEndpoint implements EndpointServiceLocation {

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
        return component.settings(options).host().toString();
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
