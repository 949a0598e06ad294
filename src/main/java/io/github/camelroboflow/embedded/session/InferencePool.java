package io.github.camelroboflow.embedded.session;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that all engines of this JVM share: one for each processor, since each inference keeps at least one busy. Idle
 * threads end.
 */
public final class InferencePool {

    static final int SIZE = Runtime.getRuntime().availableProcessors();

    /**
     * The number of models that are loaded at a time: several even on one processor, so that a small one does not wait for a large
     * one.
     */
    private static final int MAX_LOADS = Math.max(4, SIZE);

    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final ThreadPoolExecutor WORKERS = new ThreadPoolExecutor(SIZE, SIZE, IDLE.toMillis(), TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(), daemons("roboflow-embedded-"));
    private static final ScheduledThreadPoolExecutor TIMER = new ScheduledThreadPoolExecutor(1,
            daemons("roboflow-embedded-timer-"));

    private static final ThreadPoolExecutor LOADERS = new ThreadPoolExecutor(MAX_LOADS, MAX_LOADS, IDLE.toMillis(),
            TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), daemons("roboflow-embedded-loader-"));
    private static final AtomicInteger UNFINISHED = new AtomicInteger();

    static {
        WORKERS.allowCoreThreadTimeOut(true);
        LOADERS.allowCoreThreadTimeOut(true);
        TIMER.setKeepAliveTime(IDLE.toMillis(), TimeUnit.MILLISECONDS);
        TIMER.allowCoreThreadTimeOut(true);
        TIMER.setRemoveOnCancelPolicy(true);
    }

    private InferencePool() {
    }

    private static ThreadFactory daemons(String prefix) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + count.incrementAndGet());
            thread.setDaemon(true);
            // not that of the first caller, whose application may be undeployed before the thread ends
            thread.setContextClassLoader(InferencePool.class.getClassLoader());
            return thread;
        };
    }

    public static void execute(Runnable task) {
        UNFINISHED.incrementAndGet();
        try {
            WORKERS.execute(() -> run(task));
        } catch (RuntimeException | Error e) {
            UNFINISHED.decrementAndGet();
            throw e;
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } finally {
            UNFINISHED.decrementAndGet();
        }
    }

    /** Returns the number of tasks that run or wait. */
    public static int unfinished() {
        return UNFINISHED.get();
    }

    /** Runs a task on a thread that no inference waits for. */
    public static void load(Runnable task) {
        LOADERS.execute(task);
    }

    public static Future<?> schedule(Duration delay, Runnable task) {
        return TIMER.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    }
}
