package io.github.camelroboflow.inference.support;

import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;

/** Tells news from what was said a while ago already: what fails again and again would otherwise fill the log. */
public final class LogThrottle {

    private static final int MOST_REMEMBERED = 1000;

    private final long nanos;
    private final LongSupplier nanoTime;
    private final Map<Object, Long> lastLogged = new LruMap<>(MOST_REMEMBERED);

    /** @param interval between two lines of one kind */
    public LogThrottle(Duration interval) {
        this(interval, System::nanoTime);
    }

    /** @param nanoTime a clock as {@link System#nanoTime()} */
    public LogThrottle(Duration interval, LongSupplier nanoTime) {
        this.nanos = interval.toNanos();
        this.nanoTime = nanoTime;
    }

    /** @param kind what the line is about, with {@link Object#equals} */
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
