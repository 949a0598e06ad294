package io.github.camelroboflow.embedded.session;

import io.github.camelroboflow.inference.InferenceEngine.PoolThread;
import io.github.camelroboflow.pixels.PictureMemory;
import io.github.camelroboflow.pixels.PixelMemory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * The threads that all engines of this JVM share: one for each processor, since each inference keeps at least one busy. Idle
 * threads end after 30 seconds, and at once when no engine is left, so that nothing holds the classes of an application that was
 * stopped.
 */
public final class InferencePool {

    static final int SIZE = Runtime.getRuntime().availableProcessors();

    /**
     * The number of models that are loaded at a time: several even on one processor, so that a small one does not wait for a large
     * one.
     */
    private static final int MAX_LOADS = Math.max(4, SIZE);

    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final ThreadPoolExecutor WORKERS = pool(SIZE, "roboflow-embedded-");
    private static final ScheduledThreadPoolExecutor TIMER = new ScheduledThreadPoolExecutor(1,
            new Daemons("roboflow-embedded-timer-", change -> { })::thread);
    private static final ThreadPoolExecutor LOADERS = pool(MAX_LOADS, "roboflow-embedded-loader-");
    private static final AtomicInteger UNFINISHED = new AtomicInteger();
    /** The time after which idle threads end without an engine; a thread wakes so often while a task waits for its time. */
    private static final Duration IDLE_WITHOUT_ENGINE = Duration.ofMillis(10);
    private static int engines;

    static {
        setIdleTime(IDLE_WITHOUT_ENGINE);
        TIMER.allowCoreThreadTimeOut(true);
        TIMER.setRemoveOnCancelPolicy(true);
    }

    private InferencePool() {
    }

    private static ThreadPoolExecutor pool(int size, String prefix) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(size, size, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
        pool.setThreadFactory(new Daemons(prefix, change -> resize(pool, change))::thread);
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Counts an engine, for which idle threads are kept. */
    public static synchronized void addEngine() {
        if (++engines == 1) {
            setIdleTime(IDLE);
        }
    }

    /** Ends the idle threads and frees the idle memory if this was the last engine. */
    public static synchronized void removeEngine() {
        if (--engines == 0) {
            setIdleTime(IDLE_WITHOUT_ENGINE);
            PictureMemory.freeUnusedFor(Duration.ZERO);
            // an application may not have OpenCV
            if (NativeLibraries.areLoaded()) {
                PixelMemory.freeUnusedFor(Duration.ZERO);
            }
        }
    }

    private static void setIdleTime(Duration time) {
        for (ThreadPoolExecutor pool : List.of(WORKERS, LOADERS, TIMER)) {
            pool.setKeepAliveTime(time.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private static synchronized void resize(ThreadPoolExecutor pool, int change) {
        int size = pool.getCorePoolSize() + change;
        if (change > 0) {
            pool.setMaximumPoolSize(size);
        }
        pool.setCorePoolSize(size);
        pool.setMaximumPoolSize(size);
    }

    private record Daemons(String prefix, IntConsumer resize, AtomicInteger count) {

        Daemons(String prefix, IntConsumer resize) {
            this(prefix, resize, new AtomicInteger());
        }

        Thread thread(Runnable task) {
            Thread thread = new PoolThread(task, prefix + count.incrementAndGet(), resize);
            // not that of the first caller, whose application may be undeployed before the thread ends
            thread.setContextClassLoader(InferencePool.class.getClassLoader());
            return thread;
        }
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

    /**
     * Returns whether a task has no more than its own thread: several run or wait, or there is only one thread. A task that is
     * alone is faster.
     */
    public static boolean isShared() {
        return SIZE == 1 || unfinished() > 1;
    }

    /** Runs a task on a thread that no inference waits for. */
    public static void load(Runnable task) {
        LOADERS.execute(task);
    }

    public static Future<?> schedule(Duration delay, Runnable task) {
        return TIMER.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    }
}
