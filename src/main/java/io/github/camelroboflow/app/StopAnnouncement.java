package io.github.camelroboflow.app;

import io.github.camelroboflow.delivery.outbox.Outbox;
import java.io.PrintStream;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.CamelContextEvent;
import org.apache.camel.support.EventNotifierSupport;

/** Prints the number of images in flight when the stop begins, and at its end the number of results that still wait. */
final class StopAnnouncement extends EventNotifierSupport {

    /** Routes without images of their own: those inside other routes, and the listing of a bucket. */
    private static final Pattern NOT_OF_IMAGES = Pattern.compile("(direct|kamelet):.*|scheduler:/*bucket\\b.*");

    private final PrintStream out;
    private final Outbox outbox;
    private int inFlight;

    /** @param outbox {@code null} for none; made before this object, so that it has stopped when this reads its count */
    StopAnnouncement(PrintStream out, Outbox outbox) {
        this.out = out;
        this.outbox = outbox;
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
            out.println("Stopped" + waiting());
            return;
        }
        out.println("Stopped; " + images(Math.max(0, inFlight - left)) + " in flight finished"
                + (left == 0 ? "" : ", " + images(left) + " not in time: the next start takes them up again") + waiting());
    }

    /** Counts images, since one image for several destinations has several messages in flight. */
    private static int images(CamelContext context) {
        return context.getRoutes().stream().filter(route -> !NOT_OF_IMAGES.matcher(route.getEndpoint().getEndpointUri()).matches())
                .mapToInt(route -> context.getInflightRepository().size(route.getRouteId())).sum();
    }

    private String waiting() {
        long count = outbox == null ? 0 : outbox.waiting().orElse(0);
        return count == 0 ? "" : (count == 1 ? "; 1 result waits in the outbox and is"
                : "; " + count + " results wait in the outbox and are")
                + " sent at the next start";
    }

    private static String images(int count) {
        return count == 1 ? "1 image" : count + " images";
    }
}
