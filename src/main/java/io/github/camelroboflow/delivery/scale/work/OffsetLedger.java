package io.github.camelroboflow.delivery.scale.work;

import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The offsets of a partition that were taken and are not finished. They finish in any order; the position to commit is that of the
 * lowest one that is not finished, so that a crash loses none. Thread-safe.
 */
final class OffsetLedger {

    /** The times of the messages that are not finished, by their offsets, in milliseconds since 1970. */
    private final TreeMap<Long, Long> open = new TreeMap<>();
    private long next = -1;
    private long committed = -1;

    /** @param time of the message, in milliseconds since 1970 */
    synchronized void taken(long offset, long time) {
        open.put(offset, time);
        next = Math.max(next, offset + 1);
        if (committed < 0) {
            committed = offset;
        }
    }

    synchronized void finished(long offset) {
        open.remove(offset);
        notifyAll();
    }

    /** Returns the position to commit; empty if it was committed before. */
    synchronized OptionalLong toCommit() {
        long position = open.isEmpty() ? next : open.firstKey();
        return position > committed ? OptionalLong.of(position) : OptionalLong.empty();
    }

    synchronized void committed(long position) {
        committed = Math.max(committed, position);
    }

    /** Returns the time of the oldest message that is not finished, in milliseconds since 1970. */
    synchronized OptionalLong oldest() {
        return open.values().stream().mapToLong(Long::longValue).min();
    }

    /** Waits until all that was taken is finished, or for some milliseconds. Returns whether all is. */
    synchronized boolean awaitFinished(long milliseconds) throws InterruptedException {
        long end = System.nanoTime() + milliseconds * 1_000_000;
        for (long left = milliseconds; !open.isEmpty() && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
        return open.isEmpty();
    }
}
