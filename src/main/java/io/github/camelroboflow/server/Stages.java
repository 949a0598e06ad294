package io.github.camelroboflow.server;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Stages whose cancellation reaches what they wait for, which Java's own keep to themselves. */
final class Stages {

    private Stages() {
    }

    /**
     * What the function makes of the stage's value, on that executor. Cancelling it cancels the stage, and it ends when the stage
     * does: so nothing runs for it any more once it is over.
     */
    static <T, R> CompletableFuture<R> map(CompletionStage<T> stage, Function<T, R> function, Executor executor) {
        CompletableFuture<T> source = stage.toCompletableFuture();
        CompletableFuture<R> mapped = new CompletableFuture<>() {

            @Override
            public boolean cancel(boolean mayInterruptIfRunning) {
                return source.cancel(mayInterruptIfRunning);
            }
        };
        source.thenApplyAsync(function, executor).whenComplete((value, failure) -> {
            if (failure == null) {
                mapped.complete(value);
            } else {
                mapped.completeExceptionally(failure);
            }
        });
        return mapped;
    }
}
