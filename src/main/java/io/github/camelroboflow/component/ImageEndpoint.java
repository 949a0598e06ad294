package io.github.camelroboflow.component;

import io.github.camelroboflow.component.ConnectionConfiguration.UriMask;
import io.github.camelroboflow.component.RoboflowConfiguration.WhenFull;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.support.OutOfMemory;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.spi.InterceptSendToEndpoint;
import org.apache.camel.support.DefaultEndpoint;

/** An endpoint that receives images with {@code to}, processes them on its own threads, and keeps the API key out of its URI. */
public abstract class ImageEndpoint extends DefaultEndpoint {

    private volatile Workers workers;

    protected ImageEndpoint(String uri, Component component) {
        super(uri, component);
    }

    /** @throws IllegalArgumentException naming the option that is wrong */
    protected abstract void validate();

    /** Makes the threads. Called at each start. */
    abstract Workers createWorkers();

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException(getEndpointBaseUri().replace("://", ":")
                + " can't be a route's start: it takes images with 'to'");
    }

    @Override
    public boolean isRemote() {
        return true;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        validate();
        workers = createWorkers();
    }

    @Override
    protected void doStop() throws Exception {
        if (workers != null) {
            workers.close();
        }
        super.doStop();
    }

    /**
     * Returns whether Camel skips this endpoint, as a test's {@code mockEndpointsAndSkip} does. Then its producers open nothing,
     * because a test has neither key nor model.
     */
    final boolean isSkipped() {
        return getCamelContext().hasEndpoint(getEndpointUri()) instanceof InterceptSendToEndpoint intercepted
                && intercepted.isSkip() && intercepted.getOnWhen() == null;
    }

    /** Returns the URI with a hash instead of the key, since Camel prints URIs. Camel treats endpoints with equal URIs as one. */
    @Override
    public String getEndpointUri() {
        return UriMask.maskApiKey(super.getEndpointUri());
    }

    /**
     * @throws RoboflowUnavailableException if the endpoint isn't started; Camel does not start the endpoint of a dynamic step while
     *                                      it stops
     */
    Workers workers() {
        Workers started = workers;
        if (started == null) {
            throw new RoboflowUnavailableException(this + " is not started");
        }
        return started;
    }

    /**
     * The threads that process an endpoint's messages, and the limit on the number of messages at a time. A caller above the limit
     * waits, since Camel's consumers do not wait for an asynchronous producer by themselves.
     *
     * <p>A worker also runs the rest of the route after the inference. So the limit includes messages that wait for a slow
     * destination, and no user code ever blocks a thread of an engine. A message that comes to an endpoint on another endpoint's
     * worker, as in a route with two models, is processed on that worker at once: if it waited for a free worker, all workers could
     * wait for each other. It only waits for a permit to use the engine, which each holder keeps no longer than one request takes.
     */
    static final class Workers implements AutoCloseable {

        private static final ThreadLocal<Boolean> ON_WORKER = new ThreadLocal<>();

        private final Endpoint endpoint;
        private final WhenFull whenFull;
        private final int size;
        private final Semaphore workerPermits;
        private final Semaphore requestPermits;
        private final ExecutorService threads;
        private volatile boolean closed;

        /** @param name the name of the threads */
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
         * Processes a message. It runs on the current thread if that is a worker, since a worker must not wait for another one, or
         * if the exchange has a transaction, which belongs to its thread; otherwise it runs on a worker. A failure becomes the
         * exception of the exchange, since an exchange whose callback isn't called would never end.
         *
         * @param work the work, which never throws
         * @return whether the exchange is complete on return, as defined by {@link org.apache.camel.AsyncProcessor}
         */
        boolean process(Exchange exchange, AsyncCallback callback, java.util.function.Consumer<Exchange> work) {
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

        private void answer(Exchange exchange, java.util.function.Consumer<Exchange> work) {
            try {
                request(() -> work.accept(exchange));
            } catch (RoboflowException e) {
                exchange.setException(e);
            }
        }

        /**
         * Runs the work on a worker. If none is free, waits or fails as {@code whenFull} specifies.
         *
         * @throws RoboflowUnavailableException if no worker is free, or the endpoint stops during the wait
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
         * Runs a request to the engine on the current thread as soon as a permit is free.
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
            // wakes a waiting thread, which then wakes the next one
            workerPermits.release();
            requestPermits.release();
            endpoint.getCamelContext().getExecutorServiceManager().shutdownGraceful(threads);
        }
    }
}
