package io.github.camelroboflow.app;

import io.github.camelroboflow.delivery.Failures;
import io.github.camelroboflow.inference.OutOfMemory;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.time.Duration;
import java.util.stream.Stream;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeEvent;
import org.apache.camel.support.EventNotifierSupport;

/**
 * Tells which errors of images only a new start can heal: a class that could not be loaded or initialized, which Java does not try
 * again, and memory that nobody has got any for a while.
 */
final class LastingErrors extends EventNotifierSupport {

    private static final Duration WITHOUT_MEMORY = Duration.ofMinutes(1);
    private static final int MOST_CAUSES = 20;

    private final FatalErrors fatal;
    /** When memory was short first, by {@link System#nanoTime()}, with nothing that went well since; 0 if it was not. */
    private volatile long shortSince;

    LastingErrors(FatalErrors fatal) {
        this.fatal = fatal;
    }

    @Override
    public boolean isEnabled(CamelEvent event) {
        return event.getType() == CamelEvent.Type.ExchangeCompleted || event.getType() == CamelEvent.Type.ExchangeFailed;
    }

    @Override
    public void notify(CamelEvent event) {
        Throwable failure = Failures.of(((ExchangeEvent) event).getExchange());
        if (failure == null) {
            shortSince = 0;
            return;
        }
        Stream.iterate(failure, cause -> cause != null, Throwable::getCause).limit(MOST_CAUSES)
                // whose sentence says what is missing: no start brings that
                .takeWhile(cause -> !(cause instanceof RoboflowUnavailableException))
                .filter(LinkageError.class::isInstance).findFirst()
                .ifPresent(error -> fatal.end("a class can't be used (" + error + "), and Java does not try that again"));
        OutOfMemory.in(failure).filter(error -> !OutOfMemory.isOfThreads(error)).ifPresent(this::outOfMemory);
    }

    private void outOfMemory(OutOfMemoryError error) {
        if (!OutOfMemory.isForAll()) {
            shortSince = 0;
        } else if (shortSince == 0) {
            shortSince = System.nanoTime() | 1;
        } else if (System.nanoTime() - shortSince > WITHOUT_MEMORY.toNanos()) {
            fatal.end("there has been no memory for a minute: " + OutOfMemory.sentence(error));
        }
    }
}
