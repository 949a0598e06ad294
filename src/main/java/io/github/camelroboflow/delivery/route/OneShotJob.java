package io.github.camelroboflow.delivery.route;

import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.support.ScheduledPollEndpoint;

/** A step that does all that its program is there for, and then stops it. */
public interface OneShotJob extends Processor {

    /** Whether it could not do all of it, which the program's exit code tells. */
    boolean hasFailed();

    /** Stops the program in a thread of its own, since a stop waits for the route that asked for it. */
    static void end(CamelContext context) {
        new Thread(context::stop, "replay-stop").start();
    }

    /** Whether a context's route ends by itself: such a program takes nothing in, and sends nothing. */
    static boolean isAllOf(CamelContext context) {
        return context.getRoutes().stream().map(Route::getEndpoint)
                .anyMatch(endpoint -> endpoint instanceof ScheduledPollEndpoint scheduled && scheduled.getRepeatCount() > 0);
    }
}
