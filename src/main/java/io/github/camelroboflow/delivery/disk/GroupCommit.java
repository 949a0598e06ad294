package io.github.camelroboflow.delivery.disk;

import io.github.camelroboflow.delivery.disk.Disk.Durability;
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
 * Commits the pending writes of images in groups: one thread takes all that wait, forces the files, publishes them, and forces
 * their folders and the databases once each. So many images share the disk operations that one image needs.
 */
public final class GroupCommit {

    private final Durability durability;
    private final Executor thread;
    private final Queue<Request> waiting = new ConcurrentLinkedQueue<>();

    /**
     * The pending writes of one image.
     *
     * @param writes   the writes that did not fail
     * @param failures the reasons why some writes are not committed
     */
    private record Request(List<PendingWrites.Write> writes, Set<PendingWrites.Store> stores, Set<Path> folders,
                           List<Throwable> failures, CompletableFuture<List<Throwable>> end) {

        Request(PendingWrites pendingWrites) {
            this(pendingWrites.writes(), pendingWrites.stores(), new HashSet<>(), new ArrayList<>(), new CompletableFuture<>());
        }

        /** Runs a step for each write, and drops the writes that fail from the later steps. */
        void eachWrite(WriteStep step) {
            writes.removeIf(write -> {
                if (attempt(() -> step.run(write))) {
                    return false;
                }
                write.discard();
                return true;
            });
        }

        boolean attempt(Action step) {
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
    private interface Action {
        void run() throws IOException;
    }

    public GroupCommit(Durability durability, Executor thread) {
        this.durability = durability;
        this.thread = thread;
    }

    /** Commits the writes. The future never fails: it completes with the failures, and all other writes are committed then. */
    public CompletableFuture<List<Throwable>> commit(PendingWrites pendingWrites) {
        Request request = new Request(pendingWrites);
        if (durability == Durability.PROCESS && request.stores().isEmpty()) {
            commit(List.of(request));
            return request.end();
        }
        waiting.add(request);
        try {
            thread.execute(this::commitWaiting);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            // without a free thread, this one does it
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

    /** Runs an action once for each place, even if several images need it. A failed action runs again for the next image. */
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
