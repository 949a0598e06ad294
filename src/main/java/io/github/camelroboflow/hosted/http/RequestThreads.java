package io.github.camelroboflow.hosted.http;

import io.github.camelroboflow.inference.InferenceEngine.PoolThread;
import java.lang.reflect.Method;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Threads for as many requests as are permitted. A new one is started only if none is idle. */
final class RequestThreads extends ThreadPoolExecutor {

    private static final Logger LOG = LoggerFactory.getLogger(RequestThreads.class);
    private static final AtomicInteger THREADS = new AtomicInteger();

    static {
        endIdleTimerOfFailsafe();
    }

    private int permitted = 1;
    /** The threads that wait for a request of their own, on which a dependent stage depends. */
    private int waiting;

    RequestThreads() {
        super(0, 1, 10, TimeUnit.SECONDS, new HandOver(), (work, pool) -> {
            if (pool.isShutdown()) {
                throw new RejectedExecutionException("the client is closed");
            }
            ((HandOver) pool.getQueue()).keep(work);
        });
        setThreadFactory(work -> new PoolThread(work, "roboflow-http-" + THREADS.incrementAndGet(), this::await));
    }

    /** Lets the thread of Failsafe's timer end when it is idle. Otherwise it would hold the classes of a stopped application. */
    private static void endIdleTimerOfFailsafe() {
        try {
            Method delayer = Class.forName("dev.failsafe.internal.util.DelegatingScheduler").getDeclaredMethod("delayer");
            delayer.setAccessible(true);
            ThreadPoolExecutor timer = (ThreadPoolExecutor) delayer.invoke(null);
            timer.setKeepAliveTime(1, TimeUnit.SECONDS);
            timer.allowCoreThreadTimeOut(true);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.debug("The timer's thread stays, since this version of Failsafe has another one", e);
        }
    }

    synchronized void permit(int requests) {
        permitted = requests;
        resize();
    }

    private synchronized void await(int change) {
        waiting += change;
        resize();
    }

    private void resize() {
        setMaximumPoolSize(permitted + waiting);
        for (Runnable work = free() ? getQueue().poll() : null; work != null; work = free() ? getQueue().poll() : null) {
            execute(work);
        }
    }

    private boolean free() {
        return getPoolSize() < getMaximumPoolSize() && !isShutdown();
    }

    /** A queue that a pool offers work to when no thread is idle, and which then refuses it. */
    private static final class HandOver extends LinkedTransferQueue<Runnable> {

        private static final long serialVersionUID = 1;

        @Override
        public boolean offer(Runnable work) {
            return tryTransfer(work);
        }

        private void keep(Runnable work) {
            super.offer(work);
        }
    }
}
