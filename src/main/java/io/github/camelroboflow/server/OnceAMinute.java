package io.github.camelroboflow.server;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Tells news from what was said within the last minute: under load every request would say it again. */
final class OnceAMinute {

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final LongSupplier nanoTime;
    private final Map<Object, Long> said = new HashMap<>();

    /** @param nanoTime a clock as {@link System#nanoTime()} */
    OnceAMinute(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** @param subject one of a few */
    synchronized boolean isNews(Object subject) {
        long now = nanoTime.getAsLong();
        Long last = said.get(subject);
        if (last != null && now - last < MINUTE) {
            return false;
        }
        said.put(subject, now);
        return true;
    }
}
