package io.github.camelroboflow.server;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The work on one request, off the network's threads. Its slot is kept until nothing runs for it any more, also where the client
 * has gone, and for an answer until that is taken: so threads and memory stay bounded.
 */
final class Work {

    private final CompletableFuture<Reply> reply = new CompletableFuture<>();
    private CompletableFuture<?> running;

    /** The answer, also to what failed. Cancelling it gives the work up. */
    CompletableFuture<Reply> reply() {
        return reply;
    }

    void start(Executor threads, Admission.Slot slot, Supplier<CompletionStage<Reply>> work,
               Function<Throwable, Reply> failures) {
        try {
            threads.execute(() -> {
                if (reply.isDone()) {
                    slot.close();
                    return;
                }
                CompletableFuture<Reply> begun = begin(work);
                begun.whenComplete((answer, failure) -> end(slot, () -> failure == null ? answer : failures.apply(failure)));
            });
        } catch (RuntimeException e) {
            slot.close();
            reply.complete(failures.apply(e));
        }
        reply.whenComplete((answer, failure) -> {
            slot.abandon();
            giveUp();
        });
    }

    private void end(Admission.Slot slot, Supplier<Reply> made) {
        if (!reply.isDone()) {
            Reply answer = made.get();
            slot.answered(answer.body().length);
            if (reply.complete(answer)) {
                // the place is left by whoever sends it
                return;
            }
        }
        slot.close();
    }

    private CompletableFuture<Reply> begin(Supplier<CompletionStage<Reply>> work) {
        CompletableFuture<Reply> begun;
        try {
            begun = work.get().toCompletableFuture();
        } catch (Throwable e) {
            return CompletableFuture.failedFuture(e);
        }
        synchronized (this) {
            running = begun;
        }
        if (reply.isDone()) {
            giveUp();
        }
        return begun;
    }

    private void giveUp() {
        CompletableFuture<?> begun;
        synchronized (this) {
            begun = running;
        }
        if (begun != null) {
            begun.cancel(true);
        }
    }
}
