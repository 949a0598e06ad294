package io.github.camelroboflow.pixels;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;

/**
 * Blocks of memory that are lent, and kept for the next use when they come back. Their number and size are limited, and a block
 * that nobody has used for half a minute is freed. Thread-safe.
 *
 * @param <B> kind of block
 */
final class KeptBlocks<B extends KeptBlocks.Block> {

    /** The sizes of blocks are multiples of it, in bytes. */
    static final int UNIT = 1 << 20;

    /** The size in bytes of the greatest block that is kept, an image of 44 megapixels. */
    static final long MAX_KEPT_SIZE = 128L << 20;

    /** The greatest number of blocks that are kept: for each processor an image, the same one in gray, and with more contrast. */
    static final int MAX_KEPT = 3 * Runtime.getRuntime().availableProcessors();

    /** The time after which a block that nobody uses is freed. */
    static final Duration IDLE = Duration.ofSeconds(30);

    private final LongFunction<B> allocation;
    private final Duration idle;
    private final Executor threads;

    /** The kept blocks, the one that was used last at first. Guarded by this object, as all below. */
    private final Deque<B> kept = new ArrayDeque<>();
    private boolean freeing;

    /** @param allocation makes a block of so many bytes */
    KeptBlocks(LongFunction<B> allocation) {
        this(allocation, IDLE, KeptBlocks::startThread);
    }

    /** @param threads runs a task on a thread of its own */
    KeptBlocks(LongFunction<B> allocation, Duration idle, Executor threads) {
        this.allocation = allocation;
        this.idle = idle;
        this.threads = threads;
    }

    /** A block of memory. */
    abstract static class Block {

        private final long size;
        private long returned;

        /** @param size size in bytes */
        Block(long size) {
            this.size = size;
        }

        /** Begins a use. Returns false if the memory is gone. */
        abstract boolean begin();

        abstract void end();

        abstract void free();

        final long size() {
            return size;
        }

        final void markReturned() {
            returned = System.nanoTime();
        }

        /** @param instant by {@link System#nanoTime()} */
        final boolean isUnusedSince(long instant) {
            return returned - instant <= 0;
        }

        /** Returns the nanoseconds since its last use. */
        final long idle() {
            return System.nanoTime() - returned;
        }
    }

    /** Returns a block of at least so many bytes. Their values are undefined. */
    B take(long bytes) {
        synchronized (this) {
            while (true) {
                B best = kept.stream().filter(block -> block.size() >= bytes).min(Comparator.comparing(Block::size)).orElse(null);
                if (best == null) {
                    break;
                }
                kept.remove(best);
                if (best.begin()) {
                    return best;
                }
            }
        }
        return allocation.apply((bytes + UNIT - 1) / UNIT * UNIT);
    }

    synchronized void giveBack(B block) {
        block.end();
        if (block.size() > MAX_KEPT_SIZE) {
            block.free();
            return;
        }
        if (kept.size() == MAX_KEPT) {
            kept.removeLast().free();
        }
        block.markReturned();
        kept.addFirst(block);
        if (!freeing) {
            try {
                threads.execute(this::freeIdle);
                freeing = true;
            } catch (OutOfMemoryError e) {
                // there are too many threads: the next block that comes back tries again
                freeing = false;
            }
        }
    }

    static void startThread(Runnable task) {
        Thread thread = new Thread(null, task, "roboflow-pixel-memory", 0, false);
        thread.setDaemon(true);
        // not that of the caller, whose application may be undeployed before the thread ends
        thread.setContextClassLoader(KeptBlocks.class.getClassLoader());
        thread.start();
    }

    /** Frees idle blocks until none is kept. */
    private synchronized void freeIdle() {
        try {
            while (!kept.isEmpty()) {
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, idle.toNanos() - kept.peekLast().idle()));
                freeUnusedFor(idle);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            freeing = false;
        }
    }

    /** Frees the kept blocks that nobody has used for so long. */
    void freeUnusedFor(Duration time) {
        freeUnusedSince(System.nanoTime() - time.toNanos());
    }

    /** @param instant by {@link System#nanoTime()} */
    synchronized void freeUnusedSince(long instant) {
        while (!kept.isEmpty() && kept.peekLast().isUnusedSince(instant)) {
            kept.removeLast().free();
        }
        notifyAll();
    }

    /** Returns the bytes that are kept. */
    synchronized long kept() {
        return kept.stream().mapToLong(Block::size).sum();
    }
}
