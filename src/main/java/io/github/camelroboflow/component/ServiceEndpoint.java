package io.github.camelroboflow.component;

import io.github.camelroboflow.component.ConnectionConfiguration.UriMask;
import io.github.camelroboflow.hosted.http.HostedService;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultEndpoint;

/**
 * What the endpoints have in common that ask a server for something else than a model's result.
 *
 * @param <S> what is asked
 */
public abstract class ServiceEndpoint<S extends HostedService> extends DefaultEndpoint {

    private final ServiceComponent<S, ?> component;
    private final ServiceConfiguration options;
    private final String threadName;
    private volatile Workers workers;

    protected ServiceEndpoint(String uri, ServiceComponent<S, ?> component, String threadName, ServiceConfiguration options) {
        super(uri, component);
        this.component = component;
        this.threadName = threadName;
        this.options = options;
    }

    /** @throws IllegalArgumentException naming the option that is wrong */
    protected void validate() {
        options.validate();
        component.settings(options);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException(getEndpointBaseUri() + " can't be a route's start: it takes images with 'to'");
    }

    @Override
    public boolean isRemote() {
        return true;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        validate();
        workers = new Workers(this, threadName, options.getMaxConcurrentRequests(), options.getWhenFull());
    }

    @Override
    protected void doStop() throws Exception {
        if (workers != null) {
            workers.close();
        }
        super.doStop();
    }

    /** Without the key, which others would print; with a hash of it instead, since Camel takes endpoints of one URI for one. */
    @Override
    public String getEndpointUri() {
        return UriMask.maskApiKey(super.getEndpointUri());
    }

    /** @throws RoboflowUnavailableException if the endpoint isn't started: Camel starts none for a dynamic step while it stops */
    Workers workers() {
        Workers started = workers;
        if (started == null) {
            throw new RoboflowUnavailableException(this + " is not started");
        }
        return started;
    }

    Leases.Lease<S> lease() {
        return component.lease(options);
    }

    ServiceConfiguration options() {
        return options;
    }
}
