package io.github.camelroboflow.inference.support;

import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Tells whose fault it is when memory or threads run out: the work's own on one image, or that of the place. */
public final class OutOfMemory {

    /** Work that may take much memory goes on side by side; what ran out of it is done again while no other is. */
    private static final ReentrantReadWriteLock EXCLUSIVE_WORK = new ReentrantReadWriteLock();
    private static final long MOST_PROBED = 32 << 20;
    private static final int MOST_CAUSES = 20;
    private static final int MEGABYTE = 1 << 20;

    private OutOfMemory() {
    }

    /**
     * Does work that may take much memory; if there was not enough beside others, once more without them, so that it fails only
     * where it takes too much for itself.
     *
     * @param work can be done twice
     * @throws OutOfMemoryError if there is not enough for it alone
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

    /** The lack of memory, or of threads, that a failure tells of itself or by one of its causes; empty if it does not. */
    public static Optional<OutOfMemoryError> in(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause).limit(MOST_CAUSES)
                .filter(OutOfMemoryError.class::isInstance).map(OutOfMemoryError.class::cast).findFirst();
    }

    /** Whether it is threads that ran out: Java tells of that as if it were memory. */
    public static boolean isThreadShortage(Throwable error) {
        return error instanceof OutOfMemoryError && error.getMessage() != null && error.getMessage().contains("native thread");
    }

    /** Whether there is no memory now even for a little, whoever wants it. Takes a moment: to be asked when something failed. */
    public static boolean isMemoryExhausted() {
        try {
            byte[] probe = new byte[(int) Math.min(MOST_PROBED, Runtime.getRuntime().maxMemory() / 16)];
            return probe.length == 0;
        } catch (OutOfMemoryError e) {
            return true;
        }
    }

    /**
     * Makes the exception that says whose fault it is.
     *
     * @param work what was done, such as {@code run image 'a.jpg' through model 'm/1'}
     */
    public static RoboflowException failure(String work, OutOfMemoryError error) {
        if (isThreadShortage(error)) {
            return new RoboflowUnavailableException("no thread could be started to " + work + ": " + sentence(error), error);
        }
        if (isMemoryExhausted()) {
            return new RoboflowUnavailableException("there was no memory to " + work + ", nor for anything else now: "
                    + advice(), error);
        }
        return new RoboflowException("there was not enough memory to " + work + ", also while nothing else was worked on: "
                + advice() + ", or use smaller images (maxPixels)", error);
    }

    /** Says what happened and what to do, where nothing is known of the work. */
    public static String sentence(OutOfMemoryError error) {
        return isThreadShortage(error)
                ? "this machine, or a limit of this program's, has no more threads: raise the number of processes"
                + " that its user (ulimit -u), its service (TasksMax) or its container (pids) may have"
                : "there was not enough memory (" + error.getMessage() + "): " + advice();
    }

    private static String advice() {
        return "give the JVM more (-Xmx, now " + Runtime.getRuntime().maxMemory() / MEGABYTE + " MB)";
    }
}
