package io.github.camelroboflow.http;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;

/** Ends a request when its time is over, whatever it waits for: the timeouts of a client begin anew with each byte. */
public final class TimeLimit implements AutoCloseable {

    /** One thread is enough, since ending a request just closes its socket. */
    private static final ScheduledThreadPoolExecutor CLOCK = new ScheduledThreadPoolExecutor(1, work -> {
        Thread thread = new Thread(work, "roboflow-http-clock");
        thread.setDaemon(true);
        return thread;
    });

    static {
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

    /** Whether the request was ended. */
    public boolean isOver() {
        return over;
    }

    @Override
    public void close() {
        end.cancel(false);
    }
}
