package io.github.camelroboflow.delivery.route;

import org.apache.camel.CamelContext;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.support.service.ServiceSupport;

/** Connections that are made when they are first needed, and closed with the context. */
public final class Resources {

    private Resources() {
    }

    /** Has a resource closed when the context stops; returns it. */
    public static <T extends AutoCloseable> T closedWith(CamelContext context, T resource) {
        try {
            context.addService(new ServiceSupport() {
                @Override
                protected void doStop() throws Exception {
                    resource.close();
                }
            }, true, true);
            return resource;
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeException(e);
        }
    }
}
