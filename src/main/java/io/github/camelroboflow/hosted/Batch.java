package io.github.camelroboflow.hosted;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Requests that belong together, of which some are submitted at a time and each further one when another ends, so that requests of
 * others get their turn in between. The first failure ends all, and nothing more is submitted.
 */
final class Batch<T> {

    private final List<Supplier<CompletableFuture<T>>> requests;
    private final List<CompletableFuture<T>> submitted = new ArrayList<>();
    private final CompletableFuture<List<T>> results = new CompletableFuture<>();
    private int ended;

    private Batch(List<Supplier<CompletableFuture<T>>> requests) {
        this.requests = requests;
    }

    /**
     * The results in the order of the requests. Cancelling them cancels what is submitted.
     *
     * @param width how many are submitted at a time
     */
    static <T> CompletableFuture<List<T>> run(List<Supplier<CompletableFuture<T>>> requests, int width) {
        Batch<T> batch = new Batch<>(requests);
        batch.results.whenComplete((all, error) -> batch.end());
        if (requests.isEmpty()) {
            batch.results.complete(List.of());
        }
        for (int i = 0; i < Math.min(width, requests.size()); i++) {
            batch.submitNext();
        }
        return batch.results;
    }

    /** Goes on itself after what is there at once, so that it does not nest, however many such there are. */
    private void submitNext() {
        for (CompletableFuture<T> request = submit(); request != null; request = submit()) {
            if (!request.isDone() || request.isCompletedExceptionally()) {
                request.whenComplete((result, error) -> next(error));
                return;
            }
            count();
        }
    }

    /** {@code null} if there is none to submit. */
    private synchronized CompletableFuture<T> submit() {
        if (results.isDone() || submitted.size() == requests.size()) {
            return null;
        }
        CompletableFuture<T> request = requests.get(submitted.size()).get();
        submitted.add(request);
        return request;
    }

    private void next(Throwable error) {
        if (error != null) {
            results.completeExceptionally(error);
        } else {
            count();
            submitNext();
        }
    }

    private void count() {
        boolean all;
        synchronized (this) {
            all = ++ended == requests.size();
        }
        if (all) {
            results.complete(submitted.stream().map(CompletableFuture::join).toList());
        }
    }

    private void end() {
        List<CompletableFuture<T>> all;
        synchronized (this) {
            all = List.copyOf(submitted);
        }
        all.forEach(request -> request.cancel(true));
    }
}
