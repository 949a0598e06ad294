package io.github.camelroboflow.inference.support;

import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;

/** Logs a repeated event once per interval, because repeated failures would otherwise fill the log. */
public final class LogThrottle {

    private static final int MAX_KINDS = 1000;

    private final long nanos;
    private final LongSupplier nanoTime;
    private final Map<Object, Long> lastLogged = new LruMap<>(MAX_KINDS);

    /** @param interval the time between two lines of one kind */
    public LogThrottle(Duration interval) {
        this(interval, System::nanoTime);
    }

    /** @param nanoTime a clock like {@link System#nanoTime()} */
    public LogThrottle(Duration interval, LongSupplier nanoTime) {
        this.nanos = interval.toNanos();
        this.nanoTime = nanoTime;
    }

    /**
     * Returns whether an event is logged now.
     *
     * @param kind the kind of event, compared with {@link Object#equals}
     */
    public synchronized boolean shouldLog(Object kind) {
        long now = nanoTime.getAsLong();
        Long last = lastLogged.get(kind);
        if (last != null && now - last < nanos) {
            return false;
        }
        lastLogged.remove(kind);
        lastLogged.put(kind, now);
        return true;
    }
}
