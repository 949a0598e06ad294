package io.github.camelroboflow.embedded.session;

import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Numbered pieces of one task, done by the thread that wants them and by those of the pool that are idle. It needs no other
 * thread, so tasks of the pool can share their work without waiting for each other.
 */
public final class ParallelLoop {

    private static final Logger LOG = LoggerFactory.getLogger(ParallelLoop.class);

    private final int count;
    private final IntConsumer piece;
    private final BooleanSupplier over;
    private int next;
    private int running;
    private Throwable failure;

    private ParallelLoop(int count, IntConsumer piece, BooleanSupplier over) {
        this.count = count;
        this.piece = piece;
        this.over = over;
    }

    /**
     * Does the pieces from 0 to before {@code count}. When it returns or throws, none of them runs any more.
     *
     * @param over asked before each piece; no further one is begun when it is true
     * @throws CancellationException if not all of them were done since it was over; what a piece throws is thrown, too
     */
    public static void run(int count, IntConsumer piece, BooleanSupplier over) {
        begin(count, piece, over).finish();
    }

    /** As {@link #run}, but the caller's own thread does something else until it calls {@link #finish()} or {@link #abandon()}. */
    public static ParallelLoop begin(int count, IntConsumer piece, BooleanSupplier over) {
        ParallelLoop work = new ParallelLoop(count, piece, over);
        try {
            for (int helper = 1; helper < Math.min(count + 1, InferencePool.SIZE); helper++) {
                InferencePool.execute(work::help);
            }
        } catch (OutOfMemoryError e) {
            // no more threads, so it has fewer helpers; what is begun must not be left, as the caller frees what is worked on
            LOG.debug("no helper", e);
        }
        return work;
    }

    /** Does what is left; otherwise as {@link #run}. */
    public void finish() {
        help();
        awaitHelpers();
        check();
    }

    /** Begins nothing more. When it returns, no piece runs. */
    public void abandon() {
        synchronized (this) {
            next = count;
        }
        awaitHelpers();
    }

    private void help() {
        int index = begin();
        while (index >= 0) {
            Throwable thrown = null;
            try {
                piece.accept(index);
            } catch (Throwable e) {
                thrown = e;
            }
            end(thrown);
            index = begin();
        }
    }

    private synchronized int begin() {
        if (next == count || failure != null || over.getAsBoolean()) {
            return -1;
        }
        running++;
        return next++;
    }

    private synchronized void end(Throwable thrown) {
        running--;
        if (failure == null) {
            failure = thrown;
        }
        notifyAll();
    }

    private synchronized void awaitHelpers() {
        boolean interrupted = false;
        while (running > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                // what they work on is freed when this returns
                interrupted = true;
            }
        }
        // nothing begins after this, even if it was over in between
        int done = next;
        next = count;
        if (done < count && failure == null) {
            failure = new CancellationException("it was over after " + done + " of " + count);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void check() {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw (RuntimeException) failure;
        }
    }
}
