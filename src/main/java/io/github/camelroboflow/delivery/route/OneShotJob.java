package io.github.camelroboflow.delivery.route;

import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.support.ScheduledPollEndpoint;

/** A step that does the whole work of its program and then stops the program. */
public interface OneShotJob extends Processor {

    /** Returns the program's exit code: 0 if the job is complete, 1 if it is not, 2 if it could not begin by the user's mistake. */
    int exitCode();

    /** Stops the program in a new thread: the stop waits for the route that requested it. */
    static void end(CamelContext context) {
        new Thread(context::stop, "replay-stop").start();
    }

    /** Returns whether a context's route ends by itself. Such a program takes in no images and sends nothing. */
    static boolean isAllOf(CamelContext context) {
        return context.getRoutes().stream().map(Route::getEndpoint)
                .anyMatch(endpoint -> endpoint instanceof ScheduledPollEndpoint scheduled && scheduled.getRepeatCount() > 0);
    }
}
