package io.github.camelroboflow.delivery.database;

import io.github.camelroboflow.delivery.database.DeliveryDatabase.DatabaseException;
import io.github.camelroboflow.inference.support.Backoff;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Repeats background work on the database in a thread of its own. Work that failed is repeated sooner. */
public final class DatabaseMaintenance implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseMaintenance.class);
    private static final Duration LONGEST_STEP = Duration.ofSeconds(10);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);

    private final CamelContext context;
    private final ScheduledExecutorService thread;
    private final Backoff backoff;
    private int failures;
    private volatile boolean stopping;

    /**
     * @param task the work; it gets a flag to check between two short steps, which is true when it must stop. It throws a
     *             {@link DatabaseException} or an {@link UncheckedIOException} if it can be done later
     */
    public DatabaseMaintenance(CamelContext context, Duration first, Duration every, Consumer<BooleanSupplier> task) {
        this.context = context;
        this.thread = context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "roboflow-maintenance");
        this.backoff = new Backoff(FIRST_RETRY, every);
        schedule(task, first);
    }

    private void schedule(Consumer<BooleanSupplier> task, Duration pause) {
        try {
            thread.schedule(() -> schedule(task, run(task)), pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("stopped", e);
        }
    }

    /** Returns the pause until the next run. */
    private Duration run(Consumer<BooleanSupplier> task) {
        try {
            task.accept(() -> stopping);
            failures = 0;
            return backoff.longest();
        } catch (DatabaseException | UncheckedIOException e) {
            // callers that need the database report it
            LOG.debug("left to the next time", e);
        } catch (RuntimeException | Error e) {
            LOG.error("The maintenance of the database failed and runs again later", e);
        }
        failures++;
        return backoff.pause(failures);
    }

    /** Waits for the current step. Does not interrupt it, since an interrupt would close H2's file. */
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
