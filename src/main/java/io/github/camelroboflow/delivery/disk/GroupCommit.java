package io.github.camelroboflow.delivery.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/**
 * Settles what was written for images, in groups: one thread takes all that waits, forces the files, publishes them, forces their
 * folders, each once, and the databases. So many images share what a disk needs for one.
 */
public final class GroupCommit {

    private final Durability durability;
    private final Executor thread;
    private final Queue<Request> waiting = new ConcurrentLinkedQueue<>();

    /**
     * The writes to be settled for one image.
     *
     * @param writes   those that did not fail
     * @param failures why something of it is not settled
     */
    private record Request(List<PendingWrites.Write> writes, Set<PendingWrites.Store> stores, Set<Path> folders,
            List<Throwable> failures,
                           CompletableFuture<List<Throwable>> end) {

        Request(PendingWrites unsettled) {
            this(unsettled.writes(), unsettled.stores(), new HashSet<>(), new ArrayList<>(), new CompletableFuture<>());
        }

        /** Leaves out of what follows a file that fails, not the others. */
        void eachWrite(WriteStep step) {
            writes.removeIf(write -> {
                if (attempt(() -> step.run(write))) {
                    return false;
                }
                write.discard();
                return true;
            });
        }

        boolean attempt(Step step) {
            try {
                step.run();
                return true;
            } catch (IOException | RuntimeException e) {
                failures.add(e);
                return false;
            }
        }
    }

    @FunctionalInterface
    private interface WriteStep {
        void run(PendingWrites.Write write) throws IOException;
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    public GroupCommit(Durability durability, Executor thread) {
        this.durability = durability;
        this.thread = thread;
    }

    /** Completes, never with an exception, with the failures; what did not fail is settled then. */
    public CompletableFuture<List<Throwable>> commit(PendingWrites unsettled) {
        Request request = new Request(unsettled);
        if (durability == Durability.PROCESS && request.stores().isEmpty()) {
            commit(List.of(request));
            return request.end();
        }
        waiting.add(request);
        try {
            thread.execute(this::commitWaiting);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            // no thread to be had: then in this one
            commitWaiting();
        }
        return request.end();
    }

    private synchronized void commitWaiting() {
        List<Request> group = new ArrayList<>();
        for (Request next = waiting.poll(); next != null; next = waiting.poll()) {
            group.add(next);
        }
        commit(group);
    }

    private void commit(List<Request> group) {
        try {
            if (durability == Durability.POWER) {
                group.forEach(request -> request.eachWrite(PendingWrites.Write::force));
            }
            group.forEach(request -> request.eachWrite(write -> request.folders().addAll(write.publish())));
            if (durability == Durability.POWER) {
                once(group, Request::folders, Disk::forceFolder);
            }
            once(group, Request::stores, PendingWrites.Store::flush);
        } catch (Error e) {
            group.forEach(request -> request.failures().add(e));
        } finally {
            group.forEach(request -> request.end().complete(request.failures()));
        }
    }

    @FunctionalInterface
    private interface Forcing<T> {
        void run(T place) throws IOException;
    }

    /** Does what several images need just once, unless it fails. */
    private static <T> void once(List<Request> group, Function<Request, Set<T>> places, Forcing<T> forcing) {
        Set<T> forced = new HashSet<>();
        for (Request request : group) {
            for (T place : places.apply(request)) {
                if (!forced.contains(place) && request.attempt(() -> forcing.run(place))) {
                    forced.add(place);
                }
            }
        }
    }
}
