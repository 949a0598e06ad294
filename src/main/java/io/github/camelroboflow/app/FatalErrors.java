package io.github.camelroboflow.app;

import io.github.camelroboflow.delivery.Failures;
import io.github.camelroboflow.inference.OutOfMemory;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the program where it can't go on: it says so in one line, and its exit code has a supervisor start it again. So no error
 * leaves a program that runs and does nothing. Its threads are there from the start on, since later none may be to have.
 */
final class FatalErrors implements Thread.UncaughtExceptionHandler {

    /** "Internal software error" of sysexits.h. */
    static final int EXIT_CODE = 70;

    private static final Logger LOG = LoggerFactory.getLogger(FatalErrors.class);
    /** For what is in flight; a stop of Camel's takes 45 seconds at most. */
    private static final Duration LONGEST_STOP = Duration.ofSeconds(60);

    private final PrintStream err;
    private final CountDownLatch fatal = new CountDownLatch(1);
    private final AtomicReference<String> reason = new AtomicReference<>();

    private FatalErrors(PrintStream err) {
        this.err = err;
    }

    /** Has all threads of this JVM tell of the errors that end them. */
    static FatalErrors watch(PrintStream err) {
        FatalErrors errors = new FatalErrors(err);
        start("fatal-error", errors::end);
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
            end("the thread " + thread.getName() + " ended with an error: " + sentence(error));
        } else {
            LOG.error("The thread {} ended: {}", thread.getName(), Failures.sentence(thrown), thrown);
        }
    }

    private static String sentence(Error error) {
        return error instanceof OutOfMemoryError memory ? OutOfMemory.sentence(memory) : error.toString();
    }

    /** Ends the program, in a thread of its own; the first reason is told. */
    void end(String why) {
        if (reason.compareAndSet(null, why)) {
            fatal.countDown();
        }
    }

    private void end() {
        awaitUninterruptibly();
        err.println("Ended, to be started again: " + reason.get());
        System.exit(EXIT_CODE);
    }

    /** Ends the program by force, should something keep it from an orderly end. */
    private void halt() {
        awaitUninterruptibly();
        try {
            TimeUnit.MILLISECONDS.sleep(LONGEST_STOP.toMillis());
        } catch (InterruptedException e) {
            LOG.debug("at once", e);
        }
        Runtime.getRuntime().halt(EXIT_CODE);
    }

    private void awaitUninterruptibly() {
        while (true) {
            try {
                fatal.await();
                return;
            } catch (InterruptedException e) {
                LOG.debug("nobody ends this thread", e);
            }
        }
    }
}
