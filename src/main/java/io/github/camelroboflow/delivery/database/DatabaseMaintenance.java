package io.github.camelroboflow.delivery.database;

import io.github.camelroboflow.delivery.database.DeliveryDatabase.DatabaseException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Work on the database that nobody waits for, done now and then in a thread of its own. */
public final class DatabaseMaintenance implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseMaintenance.class);
    private static final Duration LONGEST_STEP = Duration.ofSeconds(10);

    private final CamelContext context;
    private final ScheduledExecutorService thread;
    private volatile boolean stopping;

    /** @param task is given what tells it to stop, to be asked between two short steps */
    public DatabaseMaintenance(CamelContext context, Duration first, Duration every, Consumer<BooleanSupplier> task) {
        this.context = context;
        this.thread = context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "roboflow-upkeep");
        thread.scheduleWithFixedDelay(() -> guarded(task), first.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void guarded(Consumer<BooleanSupplier> task) {
        try {
            task.accept(() -> stopping);
        } catch (DatabaseException e) {
            // which those tell who need it now
            LOG.debug("left to the next time", e);
        } catch (RuntimeException | Error e) {
            // also an error: the scheduler would silently never run again what ended with one
            LOG.error("The upkeep of the database stumbled and goes on", e);
        }
    }

    /** Waits for the step that it is at; without an interrupt, by which H2 would lose its file. */
    @Override
    public void close() {
        stopping = true;
        thread.shutdown();
        try {
            if (!thread.awaitTermination(LONGEST_STEP.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("a step takes long, and fails when the database is closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        context.getExecutorServiceManager().shutdown(thread);
    }
}
