package io.github.camelroboflow.delivery.route;

import org.apache.camel.CamelContext;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.apache.camel.support.service.ServiceHelper;

/** Runs an action at each event of one type, such as the stop of a route. */
public final class RouteEventListener extends EventNotifierSupport {

    private final CamelEvent.Type type;
    private final Runnable action;

    private RouteEventListener(CamelEvent.Type type, Runnable action) {
        this.type = type;
        this.action = action;
    }

    /** Runs the action from now on. */
    public static void at(CamelEvent.Type type, CamelContext context, Runnable action) {
        RouteEventListener events = new RouteEventListener(type, action);
        ServiceHelper.startService(events);
        context.getManagementStrategy().addEventNotifier(events);
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
