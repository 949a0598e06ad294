package io.github.camelroboflow.embedded.session;

import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loop over numbered pieces of one task. The calling thread and the idle threads of the pool run the pieces. It works without
 * helpers, so tasks of the pool can share their work without waiting for each other.
 */
public final class ParallelLoop {

    private static final Logger LOG = LoggerFactory.getLogger(ParallelLoop.class);

    private final int count;
    private final IntConsumer piece;
    private final BooleanSupplier cancelled;
    private int next;
    private int running;
    private Throwable failure;

    private ParallelLoop(int count, IntConsumer piece, BooleanSupplier cancelled) {
        this.count = count;
        this.piece = piece;
        this.cancelled = cancelled;
    }

    /**
     * Runs the pieces from 0 to before {@code count}. When it returns or throws, no piece runs any more.
     *
     * @param cancelled checked before each piece; no further piece starts when it is true
     * @throws CancellationException if pieces are left because the loop was cancelled; exceptions of a piece are passed on, too
     */
    public static void run(int count, IntConsumer piece, BooleanSupplier cancelled) {
        begin(count, piece, cancelled).finish();
    }

    /**
     * Starts the loop as {@link #run} does. The caller's own thread is free until it calls {@link #finish()} or {@link #abandon()}.
     */
    public static ParallelLoop begin(int count, IntConsumer piece, BooleanSupplier cancelled) {
        ParallelLoop loop = new ParallelLoop(count, piece, cancelled);
        try {
            for (int helper = 1; helper < Math.min(count + 1, InferencePool.SIZE); helper++) {
                InferencePool.execute(loop::help);
            }
        } catch (OutOfMemoryError e) {
            // no more threads, so there are fewer helpers; started pieces must not be left alone, since the caller frees their data
            LOG.debug("No helper thread", e);
        }
        return loop;
    }

    /** Runs the pieces that are left; otherwise works as {@link #run}. */
    public void finish() {
        help();
        awaitHelpers();
        check();
    }

    /** Starts no further piece. When it returns, no piece runs. */
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
        if (next == count || failure != null || cancelled.getAsBoolean()) {
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
                // the pieces' data is freed when this method returns
                interrupted = true;
            }
        }
        // nothing starts after this, even if the loop was cancelled in between
        int done = next;
        next = count;
        if (done < count && failure == null) {
            failure = new CancellationException("cancelled after " + done + " of " + count);
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
