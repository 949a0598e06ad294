package io.github.camelroboflow.hosted;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Interrupts the current thread when the JVM is told to end, and gives it a moment to tidy up. A program that fetches a model while
 * it starts can't be stopped otherwise: whoever stops it waits for the start to end.
 */
final class InterruptAtExit implements AutoCloseable {

    private static final int MOMENT = 5;

    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread hook;

    InterruptAtExit() {
        Thread interrupted = Thread.currentThread();
        hook = new Thread(() -> {
            interrupted.interrupt();
            try {
                over.await(MOMENT, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }, "roboflow-fetch-exit");
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException e) {
            // it is ending already
            interrupted.interrupt();
        }
    }

    @Override
    public void close() {
        over.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // it is ending
        }
    }
}
