package io.github.camelroboflow.http;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Aborts a conversation when its time is over, whatever it waits for. A client's timeouts start again with each byte. */
public final class TimeLimit implements AutoCloseable {

    /**
     * The timer. One thread is enough, because an abort only closes a socket. It ends when it is idle. Otherwise it
     * would hold the classes of a stopped application.
     */
    private static final ScheduledThreadPoolExecutor CLOCK = new ScheduledThreadPoolExecutor(1, work -> {
        Thread thread = new Thread(work, "roboflow-http-clock");
        thread.setDaemon(true);
        return thread;
    });

    static {
        CLOCK.setKeepAliveTime(1, TimeUnit.SECONDS);
        CLOCK.allowCoreThreadTimeOut(true);
        CLOCK.setRemoveOnCancelPolicy(true);
    }

    private final ScheduledFuture<?> end;
    private volatile boolean over;

    /** @param abort ends the conversation without a wait, such as the method {@code abort} of a request */
    public TimeLimit(Runnable abort, Duration time) {
        end = CLOCK.schedule(() -> {
            over = true;
            abort.run();
        }, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Returns whether the time is over. */
    public boolean isOver() {
        return over;
    }

    @Override
    public void close() {
        end.cancel(false);
    }
}
