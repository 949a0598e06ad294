package io.github.camelroboflow.http;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;

/** Aborts a request when its time is over, whatever it waits for. A client's timeouts start again with each byte. */
public final class TimeLimit implements AutoCloseable {

    /**
     * The timer. One thread is enough, because aborting a request only closes its socket. It ends when it is idle. Otherwise it
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

    public TimeLimit(HttpUriRequestBase request, Duration time) {
        end = CLOCK.schedule(() -> {
            over = true;
            request.abort();
        }, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Returns whether the request was aborted. */
    public boolean isOver() {
        return over;
    }

    @Override
    public void close() {
        end.cancel(false);
    }
}
