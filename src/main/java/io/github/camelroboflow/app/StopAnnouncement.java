package io.github.camelroboflow.app;

import java.io.PrintStream;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.CamelContextEvent;
import org.apache.camel.support.EventNotifierSupport;

/** Says how many messages were in flight when the stop began, and when they are finished. */
final class StopAnnouncement extends EventNotifierSupport {

    private final PrintStream out;
    private int inFlight;

    StopAnnouncement(PrintStream out) {
        this.out = out;
    }

    @Override
    public boolean isEnabled(CamelEvent event) {
        return event.getType() == CamelEvent.Type.RoutesStopping || event.getType() == CamelEvent.Type.RoutesStopped;
    }

    @Override
    public void notify(CamelEvent event) {
        CamelContext context = ((CamelContextEvent) event).getContext();
        if (event.getType() == CamelEvent.Type.RoutesStopping) {
            inFlight = images(context);
            out.println(inFlight == 0 ? "Stopping; nothing is in flight"
                    : "Stopping; finishing " + images(inFlight) + " in flight");
            return;
        }
        int left = images(context);
        if (inFlight == 0) {
            out.println("Stopped");
            return;
        }
        out.println("Stopped; " + images(Math.max(0, inFlight - left)) + " in flight finished"
                + (left == 0 ? "" : ", " + images(left) + " not in time: the next start takes them up again"));
    }

    /** Of an image that is on its way to several destinations there are several messages in flight. */
    private static int images(CamelContext context) {
        return context.getRoutes().stream().filter(route -> !route.getEndpoint().getEndpointUri().matches("(direct|kamelet):.*"))
                .mapToInt(route -> context.getInflightRepository().size(route.getRouteId())).sum();
    }

    private static String images(int count) {
        return count == 1 ? "1 image" : count + " images";
    }
}
