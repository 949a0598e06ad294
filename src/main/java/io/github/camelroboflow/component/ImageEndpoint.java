package io.github.camelroboflow.component;

import io.github.camelroboflow.component.ConnectionConfiguration.UriMask;
import io.github.camelroboflow.component.RoboflowConfiguration.WhenFull;
import io.github.camelroboflow.hosted.http.Deadline;
import io.github.camelroboflow.inference.InferenceEngine.PoolThread;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.support.OutOfMemory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.ThreadPoolProfileBuilder;
import org.apache.camel.spi.InterceptSendToEndpoint;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;

/** An endpoint that receives images with {@code to}, limits how many it processes at a time, and keeps the key out of its URI. */
public abstract class ImageEndpoint extends DefaultEndpoint {

    private volatile Workers workers;

    protected ImageEndpoint(String uri, Component component) {
        super(uri, component);
    }

    /** @throws IllegalArgumentException naming the option that is wrong */
    protected abstract void validate();

    /** Makes the workers. Called at each start. */
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
     * The limit on the number of requests of an endpoint at a time, for all callers, and the endpoint's own threads, if it has any.
     * Without them a message is processed on the thread of its caller, which keeps its order and its transaction.
     *
     * <p>With them, a worker also runs the rest of the route after the inference. A caller above their number waits, since Camel's
     * consumers do not wait for an asynchronous producer by themselves. A message that comes to an endpoint on another endpoint's
     * worker, as in a route with two models, is processed on that worker at once: if it waited for a free worker, all workers could
     * wait for each other. It only waits for a permit to use the engine, which each holder keeps no longer than one request takes.
     */
    static final class Workers implements AutoCloseable {

        /** The value of the option that stands for as many threads as requests. */
        static final String AUTO = "auto";

        private static final ThreadLocal<Boolean> ON_WORKER = new ThreadLocal<>();
        private static final long IDLE_SECONDS = 60;

        private final Endpoint endpoint;
        private final WhenFull whenFull;
        private final Limit requests;
        /** Absent if the endpoint has no threads of its own. */
        private final Optional<Pool> pool;
        /** Number of images between their arrival at the endpoint and the engine. */
        private int arrived;
        private volatile boolean closed;

        /**
         * @param name the name of the threads
         * @param count the number of threads, as the option {@code workers} has it
         * @param limit the number of requests at a time
         */
        Workers(Endpoint endpoint, String name, String count, int limit, WhenFull whenFull) {
            this.endpoint = endpoint;
            this.whenFull = whenFull;
            this.requests = new Limit("maxConcurrentRequests", limit);
            int size = count(count, limit);
            String option = isAuto(count) ? requests.option : "workers";
            this.pool = size == 0 ? Optional.empty() : Optional.of(new Pool(new Limit(option, size), executor(name, size)));
        }

        /**
         * Returns the number of threads.
         *
         * @throws IllegalArgumentException if the value of the option is wrong
         */
        static int count(String workers, int limit) {
            if (isAuto(workers)) {
                return limit;
            }
            String text = workers == null ? "0" : workers.strip();
            if (!text.matches("\\d{1,4}")) {
                throw new IllegalArgumentException("workers=" + workers + " is out of range: it is a number of threads, at most"
                        + " 9999, or 0 for the caller's thread, or auto for as many as maxConcurrentRequests");
            }
            return Integer.parseInt(text);
        }

        private static boolean isAuto(String workers) {
            return workers != null && workers.strip().equalsIgnoreCase(AUTO);
        }

        private ExecutorService executor(String name, int size) {
            // without a queue, a worker that has not yet returned for its next task would make the caller run that task
            return endpoint.getCamelContext().getExecutorServiceManager().newThreadPool(endpoint, name,
                    new ThreadPoolProfileBuilder(name).poolSize(size).maxPoolSize(size).maxQueueSize(size)
                            .keepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS).allowCoreThreadTimeOut(true)
                            .rejectedPolicy(ThreadPoolRejectedPolicy.Abort).build());
        }

        /** A number of things at a time, which an option sets. */
        private record Limit(String option, int size, Semaphore permits) {

            Limit(String option, int size) {
                this(option, size, new Semaphore(size, true));
            }
        }

        private record Pool(Limit limit, ExecutorService threads) {
        }

        /** Processes a message that waits for its turn as long as it takes. */
        boolean process(Exchange exchange, AsyncCallback callback, java.util.function.Consumer<Exchange> work,
                IntConsumer waiting) {
            return process(exchange, callback, (message, turn) -> work.accept(message), waiting,
                    new Arrival(1, Optional.empty(), ahead -> Duration.ZERO));
        }

        /**
         * The arrival of a message at the endpoint.
         *
         * @param images   number of its images
         * @param timeout  time from its arrival to its result; empty if it waits for its turn as long as it takes
         * @param estimate the expected time, given the number of images at the endpoint that the engine gets before
         */
        record Arrival(int images, Optional<Duration> timeout, IntFunction<Duration> estimate) {
        }

        /** The wait of a message, from its arrival at the endpoint until the engine has its images. */
        final class Turn {

            private final int images;
            private final Optional<Deadline> deadline;
            private boolean waited;
            private boolean over;

            private Turn(Arrival arrival) {
                images = arrival.images;
                deadline = arrival.timeout.map(Deadline::in);
            }

            /** Returns the deadline of the result if waiting has taken a part of the time; empty if the engine has all of it. */
            Optional<Deadline> shortenedDeadline() {
                return waited ? deadline : Optional.empty();
            }

            /** Returns whether the time for the result is over. */
            boolean isLate() {
                return deadline.filter(end -> end.left().isZero()).isPresent();
            }

            /** Ends the wait. A second call does nothing. */
            void end() {
                synchronized (Workers.this) {
                    arrived -= over ? 0 : images;
                    over = true;
                }
            }

            private void await(Limit limit) throws InterruptedException {
                waited = true;
                if (deadline.isEmpty()) {
                    limit.permits.acquire();
                } else if (!limit.permits.tryAcquire(deadline.get().left().toNanos(), TimeUnit.NANOSECONDS)) {
                    throw new RoboflowUnavailableException("a message had no free place at " + endpoint + " within requestTimeout="
                            + deadline.get().timeout().toMillis() + " ms: send fewer at a time, or raise requestTimeout");
                }
            }
        }

        /**
         * Lets a message wait for its turn.
         *
         * @throws RoboflowUnavailableException if its result is not expected in time
         */
        private synchronized Turn admit(Arrival arrival) {
            Turn turn = new Turn(arrival);
            if (turn.deadline.isPresent()) {
                Duration timeout = turn.deadline.get().timeout();
                Duration expected = arrival.estimate.apply(arrived);
                if (expected.compareTo(timeout) > 0) {
                    throw new RoboflowUnavailableException("a message was refused at " + endpoint + ", because its result is"
                            + " expected after " + expected.toMillis() + " ms, behind the images that wait, and requestTimeout="
                            + timeout.toMillis() + " ms: send fewer at a time, or raise requestTimeout", null,
                            expected.minus(timeout));
                }
            }
            arrived += arrival.images;
            return turn;
        }

        /**
         * Processes a message. It runs on a worker if there are any; but on the current thread if that is a worker, since a worker
         * must not wait for another one, or if the exchange has a transaction, which belongs to its thread. A failure becomes the
         * exception of the exchange, since an exchange whose callback isn't called would never end. A message with a time for its
         * result fails at once if that is not expected in time, and when the time is over.
         *
         * @param work the work, which never throws
         * @param waiting receives 1 when the message begins to wait for its turn, and -1 at the end of the wait
         * @param arrival the images and the time of the message
         * @return whether the exchange is complete on return, as defined by {@link org.apache.camel.AsyncProcessor}
         */
        boolean process(Exchange exchange, AsyncCallback callback, BiConsumer<Exchange, Turn> work, IntConsumer waiting,
                Arrival arrival) {
            try {
                Turn turn = admit(arrival);
                if (pool.isPresent() && ON_WORKER.get() == null && !exchange.isTransacted()) {
                    execute(pool.get(), turn, waiting, () -> {
                        answer(exchange, work, turn, waiting);
                        callback.done(false);
                    });
                    return false;
                }
                answer(exchange, work, turn, waiting);
            } catch (RoboflowException e) {
                exchange.setException(e);
            }
            callback.done(true);
            return true;
        }

        /** Runs the work on the current thread as soon as a permit is free. */
        private void answer(Exchange exchange, BiConsumer<Exchange, Turn> work, Turn turn, IntConsumer waiting) {
            try {
                take(requests, turn, waiting);
            } catch (RoboflowException e) {
                exchange.setException(e);
                return;
            }
            try {
                work.accept(exchange, turn);
            } finally {
                turn.end();
                requests.permits.release();
            }
        }

        /**
         * Runs the work on a worker. If none is free, waits or fails as {@code whenFull} specifies.
         *
         * @throws RoboflowUnavailableException if no worker is free, or the endpoint stops during the wait
         */
        private void execute(Pool workers, Turn turn, IntConsumer waiting, Runnable work) {
            Semaphore permits = workers.limit.permits;
            take(workers.limit, turn, waiting);
            try {
                workers.threads.execute(() -> {
                    ON_WORKER.set(true);
                    try {
                        work.run();
                    } finally {
                        ON_WORKER.remove();
                        permits.release();
                    }
                });
            } catch (OutOfMemoryError e) {
                turn.end();
                permits.release();
                throw OutOfMemory.failure("work on a message at " + endpoint, e);
            } catch (RuntimeException e) {
                turn.end();
                permits.release();
                throw new RoboflowUnavailableException(endpoint + " is stopping", e);
            }
        }

        /** Returns the endpoint's own threads; empty if it has none. */
        Optional<ExecutorService> threads() {
            return pool.map(Pool::threads);
        }

        /** @throws RoboflowUnavailableException if there is no permit; then the turn is over */
        private void take(Limit limit, Turn turn, IntConsumer waiting) {
            try {
                acquire(limit, turn, waiting);
            } catch (RuntimeException | Error e) {
                turn.end();
                throw e;
            }
        }

        private void acquire(Limit limit, Turn turn, IntConsumer waiting) {
            if (whenFull == WhenFull.FAIL) {
                if (!limit.permits.tryAcquire()) {
                    throw new RoboflowUnavailableException(endpoint + " already works on " + limit.size + " messages: try again"
                            + " later, raise " + limit.option + ", or let callers wait with whenFull=block");
                }
            } else {
                try {
                    // without a time it would pass those who wait
                    if (!limit.permits.tryAcquire(0, TimeUnit.SECONDS)) {
                        await(limit, turn, waiting);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new RoboflowUnavailableException("interrupted while waiting for a free place at " + endpoint, e);
                }
            }
            if (closed) {
                limit.permits.release();
                throw new RoboflowUnavailableException(endpoint + " is stopping");
            }
        }

        private static void await(Limit limit, Turn turn, IntConsumer waiting) throws InterruptedException {
            waiting.accept(1);
            try (PoolThread.Wait wait = PoolThread.begin()) {
                turn.await(limit);
            } finally {
                waiting.accept(-1);
            }
        }

        @Override
        public void close() {
            closed = true;
            // wakes a waiting thread, which then wakes the next one
            requests.permits.release();
            pool.ifPresent(workers -> {
                workers.limit.permits.release();
                endpoint.getCamelContext().getExecutorServiceManager().shutdownGraceful(workers.threads);
            });
        }
    }
}
