package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.delivery.disk.Disk.Durability;
import io.github.camelroboflow.delivery.disk.GroupCommit;
import io.github.camelroboflow.delivery.failure.FailureClassifier;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * Continues an exchange when its pending writes are on disk, or fails it if a destination has nothing. No thread waits meanwhile,
 * unless very many exchanges do. If there are several failures, an outage is reported first: it makes the image return anyway.
 */
public final class EndDelivery extends AsyncProcessorSupport implements CamelContextAware {

    /** The number of waiting exchanges above which threads wait too, so that no more images come while a disk hangs. */
    private static final int MOST_WAITING = 1000;

    private final AtomicInteger waiting = new AtomicInteger();
    private final Durability durability;
    private CamelContext camelContext;
    private ExecutorService forcing;
    private ExecutorService threads;
    private GroupCommit groupCommit;

    /** @param durability what may be lost if power is cut */
    public EndDelivery(Durability durability) {
        this.durability = durability;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        DeliveryOutcomes outcomes = DeliveryOutcomes.of(exchange);
        if (outcomes.pendingWrites().isEmpty()) {
            end(exchange, outcomes);
            callback.done(true);
            return true;
        }
        CompletableFuture<List<Throwable>> committed = groupCommit.commit(outcomes.pendingWrites());
        // a transaction belongs to its thread
        if (committed.isDone() || exchange.isTransacted() || waiting.get() >= MOST_WAITING) {
            committed.join().forEach(outcomes::failed);
            end(exchange, outcomes);
            callback.done(true);
            return true;
        }
        waiting.incrementAndGet();
        committed.thenAccept(failures -> resume(() -> {
            waiting.decrementAndGet();
            failures.forEach(outcomes::failed);
            end(exchange, outcomes);
            callback.done(false);
        }));
        return false;
    }

    private void resume(Runnable rest) {
        try {
            threads.execute(rest);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            // without a free thread, this one does it
            rest.run();
        }
    }

    private static void end(Exchange exchange, DeliveryOutcomes outcomes) {
        List<Throwable> failures = new ArrayList<>(outcomes.failures());
        if (!failures.isEmpty()) {
            Throwable reported = failures.stream().filter(failure -> FailureClassifier.outage(failure).isPresent()).findFirst()
                    .orElse(failures.get(0));
            failures.stream().filter(failure -> failure != reported).forEach(reported::addSuppressed);
            exchange.setException(reported);
        }
    }

    @Override
    protected void doStart() {
        forcing = camelContext.getExecutorServiceManager().newSingleThreadExecutor(this, "roboflow-force");
        threads = camelContext.getExecutorServiceManager().newFixedThreadPool(this, "roboflow-delivered",
                Math.max(4, Runtime.getRuntime().availableProcessors()));
        groupCommit = new GroupCommit(durability, forcing);
    }

    @Override
    protected void doStop() {
        camelContext.getExecutorServiceManager().shutdownGraceful(forcing);
        camelContext.getExecutorServiceManager().shutdownGraceful(threads);
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    /** True of an exchange that no destination was tried with. */
    public static final class NoDestination implements Predicate {

        @Override
        public boolean matches(Exchange exchange) {
            return DeliveryOutcomes.of(exchange).destinations() == 0;
        }
    }
}
