package io.github.camelroboflow.delivery;

import io.github.camelroboflow.delivery.folder.InboxStrategy;
import io.github.camelroboflow.delivery.route.PollFailures;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.component.file.GenericFileEndpoint;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.support.DefaultThreadPoolFactory;
import org.apache.camel.support.ScheduledPollConsumer;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.apache.camel.util.concurrent.RejectableScheduledThreadPoolExecutor;
import org.apache.camel.util.concurrent.RejectableThreadPoolExecutor;
import org.apache.camel.util.concurrent.SizedScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Thread pools for Camel that do not swallow an {@link Error}. A repeated task, such as a poll of a folder, runs again after an
 * error. An error that nobody catches goes to the thread's uncaught exception handler. Java's own pools cancel the repeated task
 * and keep the error in a future that nobody reads.
 */
public final class ErrorSafeThreadPools extends DefaultThreadPoolFactory {

    private static final Logger LOG = LoggerFactory.getLogger(ErrorSafeThreadPools.class);

    @Override
    public ExecutorService newThreadPool(int coreSize, int maxSize, long keepAlive, TimeUnit unit, int maxQueueSize,
                                         boolean coreTimeOut, RejectedExecutionHandler rejected, ThreadFactory threads) {
        if (maxQueueSize <= 0) {
            return super.newThreadPool(coreSize, maxSize, keepAlive, unit, maxQueueSize, coreTimeOut, rejected, threads);
        }
        ThreadPoolExecutor pool = new RejectableThreadPoolExecutor(coreSize, maxSize, keepAlive, unit,
                new LinkedBlockingQueue<>(maxQueueSize), threads,
                rejected == null ? new ThreadPoolExecutor.CallerRunsPolicy() : rejected) {

            @Override
            protected void afterExecute(Runnable task, Throwable thrown) {
                reportError(task);
            }
        };
        pool.allowCoreThreadTimeOut(coreTimeOut);
        return pool;
    }

    /**
     * Passes the error that a future holds to the thread's handler. The errors of other tasks end their thread and reach it anyway.
     */
    private static void reportError(Runnable task) {
        if (task instanceof Future<?> future && future.isDone() && !future.isCancelled()) {
            try {
                future.get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof Error error) {
                    Thread.currentThread().getUncaughtExceptionHandler().uncaughtException(Thread.currentThread(), error);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public ScheduledExecutorService newScheduledThreadPool(ThreadPoolProfile profile, ThreadFactory threads) {
        RejectedExecutionHandler rejected = profile.getRejectedExecutionHandler();
        Scheduled pool = new Scheduled(profile.getPoolSize(), threads,
                rejected == null ? new ThreadPoolExecutor.CallerRunsPolicy() : rejected);
        pool.setRemoveOnCancelPolicy(true);
        return profile.getMaxPoolSize() > 0 ? new SizedScheduledExecutorService(pool, profile.getMaxQueueSize()) : pool;
    }

    private static final class Scheduled extends RejectableScheduledThreadPoolExecutor {

        Scheduled(int size, ThreadFactory threads, RejectedExecutionHandler rejected) {
            super(size, threads, rejected);
        }

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initialDelay, long delay, TimeUnit unit) {
            return super.scheduleWithFixedDelay(() -> runAndGoOn(task), initialDelay, delay, unit);
        }

        @Override
        public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long initialDelay, long period, TimeUnit unit) {
            return super.scheduleAtFixedRate(() -> runAndGoOn(task), initialDelay, period, unit);
        }

        @Override
        protected void afterExecute(Runnable task, Throwable thrown) {
            reportError(task);
        }

        private static void runAndGoOn(Runnable task) {
            try {
                task.run();
            } catch (Error e) {
                if (task instanceof ScheduledPollConsumer poll) {
                    pollFailed(poll, e);
                } else {
                    LOG.error("{} failed and runs again at its next turn: {}", task, e.toString());
                }
            }
        }

        private static void pollFailed(ScheduledPollConsumer poll, Error error) {
            if (poll.getEndpoint() instanceof GenericFileEndpoint<?> files
                    && files.getProcessStrategy() instanceof InboxStrategy inbox) {
                inbox.pollFailed(files, error);
            }
            PollFailures.log(poll, error);
        }
    }

    /**
     * Lets an {@link Error} that a step of a route throws fail its exchange, as exceptions do. Camel lets errors through: the
     * thread ends and the exchange never does, so its image stays in work.
     */
    public static final class StepErrorInterceptor implements InterceptStrategy {

        @Override
        public Processor wrapProcessorInInterceptors(CamelContext context, NamedNode definition, Processor target, Processor next) {
            return new Step(target);
        }

        private static final class Step extends DelegateAsyncProcessor {

            Step(Processor target) {
                super(target);
            }

            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                DelayedCallback done = new DelayedCallback(callback);
                boolean sync;
                try {
                    sync = super.process(exchange, done);
                } catch (Error e) {
                    exchange.setException(e);
                    done.calledMeanwhile = true;
                    sync = true;
                }
                done.returned(sync);
                return sync;
            }
        }

        /**
         * Delays the callback of a step until the step has returned. Camel's adapter of synchronous processors calls it before an
         * error leaves the step, as if the step had succeeded.
         */
        private static final class DelayedCallback implements AsyncCallback {

            private final AsyncCallback callback;
            private final Thread thread = Thread.currentThread();
            private volatile boolean returned;
            private boolean calledMeanwhile;

            DelayedCallback(AsyncCallback callback) {
                this.callback = callback;
            }

            @Override
            public void done(boolean doneSync) {
                if (Thread.currentThread() == thread && !returned) {
                    calledMeanwhile = true;
                } else {
                    callback.done(doneSync);
                }
            }

            void returned(boolean sync) {
                returned = true;
                if (calledMeanwhile) {
                    callback.done(sync);
                }
            }
        }
    }
}
