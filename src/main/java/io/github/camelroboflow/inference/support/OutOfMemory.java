package io.github.camelroboflow.inference.support;

import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Finds out whether a lack of memory or threads comes from the work on one image or affects the whole program. */
public final class OutOfMemory {

    /**
     * The lock for work that may need much memory. Such work runs in parallel; work that ran out of memory is repeated
     * alone.
     */
    private static final ReentrantReadWriteLock EXCLUSIVE_WORK = new ReentrantReadWriteLock();
    private static final long MAX_PROBE_SIZE = 32 << 20;
    private static final int MAX_CAUSES = 20;
    private static final int MEGABYTE = 1 << 20;

    private OutOfMemory() {
    }

    /**
     * Does work that may need much memory. If the memory is not sufficient in parallel with other work, the work is
     * repeated alone, so that it fails only if it needs too much by itself.
     *
     * @param work the work, which can be done twice
     * @throws OutOfMemoryError if the memory is not sufficient for the work alone
     */
    public static <T> T retryAlone(Supplier<T> work) {
        if (EXCLUSIVE_WORK.getReadHoldCount() > 0 || EXCLUSIVE_WORK.isWriteLockedByCurrentThread()) {
            // a part of such work
            return work.get();
        }
        EXCLUSIVE_WORK.readLock().lock();
        try {
            return work.get();
        } catch (OutOfMemoryError e) {
            if (isThreadShortage(e)) {
                throw e;
            }
        } finally {
            EXCLUSIVE_WORK.readLock().unlock();
        }
        EXCLUSIVE_WORK.writeLock().lock();
        try {
            return work.get();
        } finally {
            EXCLUSIVE_WORK.writeLock().unlock();
        }
    }

    /** Returns the lack of memory or threads that is the failure or one of its causes; empty if there is none. */
    public static Optional<OutOfMemoryError> in(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause).limit(MAX_CAUSES)
                .filter(OutOfMemoryError.class::isInstance).map(OutOfMemoryError.class::cast).findFirst();
    }

    /** Returns whether threads ran out, which Java reports as a lack of memory. */
    public static boolean isThreadShortage(Throwable error) {
        return error instanceof OutOfMemoryError && error.getMessage() != null && error.getMessage().contains("native thread");
    }

    /** Returns whether there is not even a little memory now. Takes some time, so it is called only after a failure. */
    public static boolean isMemoryExhausted() {
        try {
            byte[] probe = new byte[(int) Math.min(MAX_PROBE_SIZE, Runtime.getRuntime().maxMemory() / 16)];
            return probe.length == 0;
        } catch (OutOfMemoryError e) {
            return true;
        }
    }

    /**
     * Returns the exception for a lack of memory or threads: one that is retried if it affects the whole program, else
     * one for the work.
     *
     * @param work the work that failed, such as {@code run image 'a.jpg' through model 'm/1'}
     */
    public static RoboflowException failure(String work, OutOfMemoryError error) {
        if (isThreadShortage(error)) {
            return new RoboflowUnavailableException("no thread could be started to " + work + ": " + sentence(error), error);
        }
        if (isMemoryExhausted()) {
            return new RoboflowUnavailableException("there was no memory to " + work + " or for anything else: "
                    + advice(), error);
        }
        return new RoboflowException("there was not enough memory to " + work + ", even with no other work: "
                + advice() + ", or use smaller images (maxPixels)", error);
    }

    /** Returns the failure and the next step for unknown work. */
    public static String sentence(OutOfMemoryError error) {
        return isThreadShortage(error)
                ? "this machine or a limit of this program allows no more threads: raise the number of processes"
                + " that its user (ulimit -u), its service (TasksMax) or its container (pids) may have"
                : "there was not enough memory (" + error.getMessage() + "): " + advice();
    }

    private static String advice() {
        return "give the JVM more memory (-Xmx, now " + Runtime.getRuntime().maxMemory() / MEGABYTE + " MB)";
    }
}
