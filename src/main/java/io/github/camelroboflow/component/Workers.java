package io.github.camelroboflow.component;

import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.support.OutOfMemory;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;

/**
 * The threads on which an endpoint's messages are worked on, and the bound on how many there are at a time. A caller above the
 * bound waits, since Camel's consumers don't wait for an asynchronous producer by themselves.
 *
 * <p>A worker runs the rest of the route after the inference, too: so the bound holds for what waits on a slow destination, and no
 * code of the user's ever blocks a thread of an engine. A message that comes to an endpoint on another's worker, in a route with
 * two models say, is worked on there and then; if it waited for a worker, all of them could end up waiting for each other. It only
 * waits for its turn at the engine, which nobody keeps longer than a request takes.
 */
final class Workers implements AutoCloseable {

    private static final ThreadLocal<Boolean> ON_WORKER = new ThreadLocal<>();

    private final Endpoint endpoint;
    private final WhenFull whenFull;
    private final int size;
    private final Semaphore workerPermits;
    private final Semaphore requestPermits;
    private final ExecutorService threads;
    private volatile boolean closed;

    /** @param name of the threads */
    Workers(Endpoint endpoint, String name, int size, WhenFull whenFull) {
        this.endpoint = endpoint;
        this.size = size;
        this.whenFull = whenFull;
        this.workerPermits = new Semaphore(size, true);
        this.requestPermits = new Semaphore(size, true);
        this.threads = endpoint.getCamelContext().getExecutorServiceManager()
                .newFixedThreadPool(endpoint, name, size);
    }

    /**
     * Has a message worked on: on a worker if the current thread is none, since a worker never waits for another, and a transaction
     * belongs to its thread. What goes wrong is the exchange's exception, since an exchange whose callback isn't called stays for
     * ever.
     *
     * @param work never throws
     * @return whether all is done when this returns, as {@link org.apache.camel.AsyncProcessor} has it
     */
    boolean process(Exchange exchange, AsyncCallback callback, Consumer<Exchange> work) {
        try {
            if (ON_WORKER.get() == null && !exchange.isTransacted()) {
                execute(() -> {
                    answer(exchange, work);
                    callback.done(false);
                });
                return false;
            }
            request(() -> work.accept(exchange));
        } catch (RoboflowException e) {
            exchange.setException(e);
        }
        callback.done(true);
        return true;
    }

    private void answer(Exchange exchange, Consumer<Exchange> work) {
        try {
            request(() -> work.accept(exchange));
        } catch (RoboflowException e) {
            exchange.setException(e);
        }
    }

    /**
     * Runs the work on a worker, waiting for a free one as {@code whenFull} says.
     *
     * @throws RoboflowUnavailableException if none is free, or the endpoint stops while waiting
     */
    private void execute(Runnable work) {
        take(workerPermits);
        try {
            threads.execute(() -> {
                ON_WORKER.set(true);
                try {
                    work.run();
                } finally {
                    ON_WORKER.remove();
                    workerPermits.release();
                }
            });
        } catch (OutOfMemoryError e) {
            workerPermits.release();
            throw OutOfMemory.failure("work on a message at " + endpoint, e);
        } catch (RuntimeException e) {
            workerPermits.release();
            throw new RoboflowUnavailableException(endpoint + " is stopping", e);
        }
    }

    /**
     * Runs a request to the engine on the current thread when it is its turn.
     *
     * @throws RoboflowUnavailableException as {@link #execute}
     */
    private void request(Runnable request) {
        take(requestPermits);
        try {
            request.run();
        } finally {
            requestPermits.release();
        }
    }

    private void take(Semaphore bound) {
        if (whenFull == WhenFull.FAIL) {
            if (!bound.tryAcquire()) {
                throw new RoboflowUnavailableException(endpoint + " already works on " + size
                        + " messages: try again later, raise maxConcurrentRequests, or let callers wait with whenFull=block");
            }
        } else {
            try {
                bound.acquire();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new RoboflowUnavailableException("interrupted while waiting for a free place at " + endpoint, e);
            }
        }
        if (closed) {
            bound.release();
            throw new RoboflowUnavailableException(endpoint + " is stopping");
        }
    }

    @Override
    public void close() {
        closed = true;
        // wakes those who wait; each passes it on to the next
        workerPermits.release();
        requestPermits.release();
        endpoint.getCamelContext().getExecutorServiceManager().shutdownGraceful(threads);
    }
}
