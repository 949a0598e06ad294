package io.github.camelroboflow.hosted;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Requests that belong together, of which some are submitted at a time and each further one when another ends, so that requests of
 * others get their turn in between. The first failure ends all, and nothing more is submitted.
 */
final class Batch<T> {

    private final List<Supplier<CompletableFuture<T>>> requests;
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicReferenceArray<CompletableFuture<T>> submitted;
    private final AtomicInteger ended = new AtomicInteger();
    private final CompletableFuture<List<T>> results = new CompletableFuture<>();

    private Batch(List<Supplier<CompletableFuture<T>>> requests) {
        this.requests = requests;
        submitted = new AtomicReferenceArray<>(requests.size());
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

    /**
     * {@code null} if there is none to submit. It locks nothing, since to submit one may answer what others wait for, who submit
     * their next then.
     */
    private CompletableFuture<T> submit() {
        int index = results.isDone() ? requests.size() : begun.getAndIncrement();
        if (index >= requests.size()) {
            return null;
        }
        CompletableFuture<T> request = requests.get(index).get();
        submitted.set(index, request);
        if (results.isDone()) {
            // meanwhile, when it may not have been seen
            request.cancel(true);
        }
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
        if (ended.incrementAndGet() == requests.size()) {
            results.complete(submitted().map(CompletableFuture::join).toList());
        }
    }

    private void end() {
        submitted().forEach(request -> request.cancel(true));
    }

    private Stream<CompletableFuture<T>> submitted() {
        return IntStream.range(0, requests.size()).mapToObj(submitted::get).filter(Objects::nonNull);
    }
}
