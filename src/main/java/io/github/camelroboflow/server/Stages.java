package io.github.camelroboflow.server;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Stages whose cancellation reaches what they wait for, which Java's own keep to themselves. */
final class Stages {

    private Stages() {
    }

    /** What the function makes of the stage's value, on that executor. Cancelling it cancels the stage. */
    static <T, R> CompletableFuture<R> map(CompletionStage<T> stage, Function<T, R> function, Executor executor) {
        CompletableFuture<T> source = stage.toCompletableFuture();
        CompletableFuture<R> mapped = source.thenApplyAsync(function, executor);
        mapped.whenComplete((value, failure) -> source.cancel(true));
        return mapped;
    }
}
