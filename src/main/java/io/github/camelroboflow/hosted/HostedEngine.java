package io.github.camelroboflow.hosted;

import static io.github.camelroboflow.inference.InferenceOption.REQUEST_TIMEOUT;
import static io.github.camelroboflow.inference.InferenceOption.TILE;

import io.github.camelroboflow.hosted.http.Deadline;
import io.github.camelroboflow.hosted.http.HostedClient;
import io.github.camelroboflow.hosted.http.HostedClient.HostedService;
import io.github.camelroboflow.hosted.http.HostedSettings;
import io.github.camelroboflow.hosted.http.ImageBody.ImageInput;
import io.github.camelroboflow.hosted.inference.InferenceCache;
import io.github.camelroboflow.hosted.inference.InferenceCall;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceEngine;
import io.github.camelroboflow.inference.InferenceEngine.InferenceListener;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.ModelId.PublicModels;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Runs models on a server. Each image is a request of its own. The engine sends nothing to the server before the first
 * image, because a program must start while the server is down.
 */
public final class HostedEngine implements InferenceEngine, HostedService {

    private static final int MAX_BATCH_CONCURRENCY = 16;

    private final HostedSettings settings;
    private final ImageInput input;
    private final HostedClient client;
    private final Optional<InferenceCache> cache;

    /** @throws RoboflowException if results are to be cached and the library for that is missing */
    public HostedEngine(HostedSettings settings, ImageInput input, HostedSettings.Cache cache) {
        this(settings, input, cache, InferenceListener.NONE);
    }

    /** @throws RoboflowException if results are to be cached and the library for that is missing */
    public HostedEngine(HostedSettings settings, ImageInput input, HostedSettings.Cache cache, InferenceListener listener) {
        this(settings, input, new HostedClient(settings, listener), cache(cache, listener));
    }

    HostedEngine(HostedSettings settings, ImageInput input, HostedClient client) {
        this(settings, input, client, Optional.empty());
    }

    private HostedEngine(HostedSettings settings, ImageInput input, HostedClient client, Optional<InferenceCache> cache) {
        this.settings = settings;
        this.input = input;
        this.client = client;
        this.cache = cache;
    }

    private static Optional<InferenceCache> cache(HostedSettings.Cache settings, InferenceListener listener) {
        try {
            return settings.ttl().isZero() ? Optional.empty() : Optional.of(new InferenceCache(settings, listener));
        } catch (NoClassDefFoundError e) {
            throw new RoboflowException("cacheTtl needs one more library on the class path:"
                    + " com.github.ben-manes.caffeine:caffeine", e);
        }
    }

    @Override
    public void addPermits(int requests) {
        client.addPermits(requests);
    }

    /** Returns how many images of a batch are in flight at a time. The limit leaves connections for other callers. */
    private int batchConcurrency() {
        return Math.min(client.permits(), MAX_BATCH_CONCURRENCY);
    }

    /** Returns a description without task and classes: they are known only from the server's responses. */
    @Override
    public OpenModel open(ModelId model) {
        PublicModels.resolve(model);
        ModelDescription description = new ModelDescription(model, null, List.of(), ImageSize.UNKNOWN, "", Duration.ZERO);
        return new OpenModel() {
            @Override
            public ModelDescription description() {
                return description;
            }

            @Override
            public void probe() {
                client.probe();
            }

            @Override
            public void close() {
                // the engine holds no resources for a single model
            }
        };
    }

    @Override
    public CompletionStage<List<Inference>> infer(ModelId model, List<ImageSource> images, InferenceOptions options) {
        if (options.isChanged(TILE)) {
            return CompletableFuture.failedFuture(new RoboflowRejectedException("Model '" + model + "' can't run in tiles: a"
                    + " hosted server gets each image as a whole. Leave out tile, or use runtime=embedded"));
        }
        Deadline deadline = Deadline.in(options.get(REQUEST_TIMEOUT));
        return RequestBatch.run(images.stream().<Supplier<CompletableFuture<Inference>>>map(image ->
                () -> infer(model, image, options, deadline)).toList(), batchConcurrency());
    }

    private CompletableFuture<Inference> infer(ModelId model, ImageSource image, InferenceOptions options, Deadline deadline) {
        Supplier<CompletableFuture<Inference>> request =
                () -> client.send(new InferenceCall(settings, model, image, options, input), deadline);
        return cache.isPresent() ? cache.get().get(model, image, options, request) : request.get();
    }

    @Override
    public void close() {
        client.close();
    }

    /**
     * Runs the requests of one message. Only some are submitted at a time, and each further one when another ends, so
     * that requests of other callers run in between. The first failure ends the batch: nothing more is submitted.
     */
    static final class RequestBatch<T> {

        private final List<Supplier<CompletableFuture<T>>> requests;
        private final AtomicInteger begun = new AtomicInteger();
        private final AtomicReferenceArray<CompletableFuture<T>> submitted;
        private final AtomicInteger ended = new AtomicInteger();
        private final CompletableFuture<List<T>> results = new CompletableFuture<>();

        private RequestBatch(List<Supplier<CompletableFuture<T>>> requests) {
            this.requests = requests;
            submitted = new AtomicReferenceArray<>(requests.size());
        }

        /**
         * Returns the results in the order of the requests. Cancelling the future cancels the submitted requests.
         *
         * @param width the number of requests that are in flight at a time
         */
        static <T> CompletableFuture<List<T>> run(List<Supplier<CompletableFuture<T>>> requests, int width) {
            RequestBatch<T> batch = new RequestBatch<>(requests);
            batch.results.whenComplete((all, error) -> batch.end());
            if (requests.isEmpty()) {
                batch.results.complete(List.of());
            }
            for (int i = 0; i < Math.min(width, requests.size()); i++) {
                batch.submitNext();
            }
            return batch.results;
        }

        /**
         * Submits requests until one is still running. The loop avoids recursion when many requests are complete at
         * once.
         */
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
         * Submits the next request. Takes no lock, because submitting one may complete requests whose callbacks submit
         * further ones.
         *
         * @return the request, or {@code null} if there is none left
         */
        private CompletableFuture<T> submit() {
            int index = results.isDone() ? requests.size() : begun.getAndIncrement();
            if (index >= requests.size()) {
                return null;
            }
            CompletableFuture<T> request = requests.get(index).get();
            submitted.set(index, request);
            if (results.isDone()) {
                // the batch ended while this request was submitted, so end() may have missed it
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
}
