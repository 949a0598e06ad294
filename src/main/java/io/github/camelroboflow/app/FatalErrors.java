package io.github.camelroboflow.app;

import io.github.camelroboflow.delivery.failure.FailureClassifier;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.support.OutOfMemory;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the program when it can't continue: with one line, and an exit code at which a supervisor starts it again. So no error
 * leaves a program that runs and does nothing. Its threads are started at once, because later there may be none.
 */
final class FatalErrors implements Thread.UncaughtExceptionHandler {

    /** "Internal software error" of sysexits.h. */
    static final int EXIT_CODE = 70;

    private static final Logger LOG = LoggerFactory.getLogger(FatalErrors.class);
    /** The time for images in flight; a stop of Camel takes 45 seconds at most. */
    private static final Duration LONGEST_STOP = Duration.ofSeconds(60);

    private final PrintStream err;
    private final CountDownLatch fatal = new CountDownLatch(1);
    private final AtomicReference<String> reason = new AtomicReference<>();

    private FatalErrors(PrintStream err) {
        this.err = err;
    }

    /** Makes all threads of this JVM report the errors that end them. */
    static FatalErrors watch(PrintStream err) {
        FatalErrors errors = new FatalErrors(err);
        start("fatal-error", errors::terminate);
        start("fatal-error-halt", errors::halt);
        Thread.setDefaultUncaughtExceptionHandler(errors);
        return errors;
    }

    private static void start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void uncaughtException(Thread thread, Throwable thrown) {
        if (thrown instanceof Error error) {
            terminate("the thread " + thread.getName() + " ended with an error: " + sentence(error));
        } else {
            LOG.error("The thread {} ended: {}", thread.getName(), FailureClassifier.describe(thrown), thrown);
        }
    }

    private static String sentence(Error error) {
        return error instanceof OutOfMemoryError memory ? OutOfMemory.sentence(memory) : error.toString();
    }

    /** Ends the program in a separate thread. Only the first reason is reported. */
    void terminate(String why) {
        if (reason.compareAndSet(null, why)) {
            fatal.countDown();
        }
    }

    private void terminate() {
        awaitUninterruptibly();
        err.println("Ended, to be started again: " + reason.get());
        System.exit(EXIT_CODE);
    }

    /** Ends the program by force if the orderly end takes too long. */
    private void halt() {
        awaitUninterruptibly();
        try {
            TimeUnit.MILLISECONDS.sleep(LONGEST_STOP.toMillis());
        } catch (InterruptedException e) {
            LOG.debug("interrupted", e);
        }
        Runtime.getRuntime().halt(EXIT_CODE);
    }

    private void awaitUninterruptibly() {
        while (true) {
            try {
                fatal.await();
                return;
            } catch (InterruptedException e) {
                LOG.debug("this thread is never interrupted on purpose", e);
            }
        }
    }

    /**
     * Ends the program at errors of images that only a new start can heal: a class that could not be loaded or initialized, which
     * Java does not try again, and a lack of memory that lasts.
     */
    static final class UnrecoverableErrors extends EventNotifierSupport {

        private static final Duration WITHOUT_MEMORY = Duration.ofMinutes(1);
        private static final int MOST_CAUSES = 20;

        private final FatalErrors fatal;
        /** The {@link System#nanoTime()} of the first lack of memory since the last success; 0 if there was none. */
        private volatile long lowMemorySince;

        UnrecoverableErrors(FatalErrors fatal) {
            this.fatal = fatal;
        }

        @Override
        public boolean isEnabled(CamelEvent event) {
            return event.getType() == CamelEvent.Type.ExchangeCompleted || event.getType() == CamelEvent.Type.ExchangeFailed;
        }

        @Override
        public void notify(CamelEvent event) {
            Throwable failure = FailureClassifier.failureOf(((ExchangeEvent) event).getExchange());
            if (failure == null) {
                lowMemorySince = 0;
                return;
            }
            Stream.iterate(failure, cause -> cause != null, Throwable::getCause).limit(MOST_CAUSES)
                    // a missing native library: a new start would not find it either
                    .takeWhile(cause -> !(cause instanceof RoboflowUnavailableException))
                    .filter(LinkageError.class::isInstance).findFirst()
                    .ifPresent(error -> fatal.terminate("a class can't be used (" + error + "), and Java does not try that again"));
            OutOfMemory.in(failure).filter(error -> !OutOfMemory.isThreadShortage(error)).ifPresent(this::outOfMemory);
        }

        private void outOfMemory(OutOfMemoryError error) {
            if (!OutOfMemory.isMemoryExhausted()) {
                lowMemorySince = 0;
            } else if (lowMemorySince == 0) {
                lowMemorySince = System.nanoTime() | 1;
            } else if (System.nanoTime() - lowMemorySince > WITHOUT_MEMORY.toNanos()) {
                fatal.terminate("there has been no memory for a minute: " + OutOfMemory.sentence(error));
            }
        }
    }
}
