package io.github.camelroboflow.delivery.route;

import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.EventNotifierSupport;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.support.service.ServiceSupport;

/** Runs actions at events of a Camel context, such as the stop of a route or of the context itself, or the use of a bean. */
public final class ContextEvents {

    private ContextEvents() {
    }

    /** Runs an action at each event of one type from now on. */
    public static void at(CamelEvent.Type type, CamelContext context, Runnable action) {
        Listener listener = new Listener(type, action);
        ServiceHelper.startService(listener);
        context.getManagementStrategy().addEventNotifier(listener);
    }

    /** Closes a resource when the context stops. Returns the resource. */
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

    /** Has a bean made when it is first looked up, unless the application has one of that name. */
    public static <T> void bindUnlessThere(CamelContext context, String name, Class<T> type, Supplier<T> bean) {
        Registry registry = context.getRegistry();
        if (registry.lookupByName(name) == null) {
            registry.bind(name, type, bean::get);
        }
    }

    private static final class Listener extends EventNotifierSupport {

        private final CamelEvent.Type type;
        private final Runnable action;

        Listener(CamelEvent.Type type, Runnable action) {
            this.type = type;
            this.action = action;
        }

        @Override
        public boolean isEnabled(CamelEvent event) {
            return event.getType() == type;
        }

        @Override
        public void notify(CamelEvent event) {
            action.run();
        }
    }
}
