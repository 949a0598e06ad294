package io.github.camelroboflow.app;

import io.github.camelroboflow.app.status.Summary;
import io.github.camelroboflow.app.status.WorkMonitor;
import io.github.camelroboflow.delivery.outbox.Outbox;
import java.io.PrintStream;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.CamelContextEvent;
import org.apache.camel.support.EventNotifierSupport;

/** Prints the number of images in flight when the stop begins, and at its end what was done and what still waits. */
final class StopAnnouncement extends EventNotifierSupport {

    private final PrintStream out;
    private final Outbox outbox;
    private final Summary summary;
    private int inFlight;

    /**
     * @param outbox  {@code null} for none; made before this object, so that it has stopped when this reads its count
     * @param summary ends with the routes
     */
    StopAnnouncement(PrintStream out, Outbox outbox, Summary summary) {
        this.out = out;
        this.outbox = outbox;
        this.summary = summary;
    }

    @Override
    public boolean isEnabled(CamelEvent event) {
        return event.getType() == CamelEvent.Type.RoutesStopping || event.getType() == CamelEvent.Type.RoutesStopped;
    }

    @Override
    public void notify(CamelEvent event) {
        CamelContext context = ((CamelContextEvent) event).getContext();
        if (event.getType() == CamelEvent.Type.RoutesStopping) {
            summary.close();
            inFlight = WorkMonitor.inWork(context);
            out.println(inFlight == 0 ? "Stopping; nothing is in flight"
                    : "Stopping; finishing " + images(inFlight) + " in flight");
            return;
        }
        int left = WorkMonitor.inWork(context);
        out.println("Stopped" + (inFlight == 0 ? "" : "; " + images(Math.max(0, inFlight - left)) + " in flight finished"
                + (left == 0 ? "" : ", " + images(left) + " not in time: the next start takes them up again")) + waiting());
        summary.ofAll().ifPresent(out::println);
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
