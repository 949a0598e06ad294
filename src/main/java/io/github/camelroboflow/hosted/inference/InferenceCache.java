package io.github.camelroboflow.hosted.inference;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.github.camelroboflow.hosted.http.HostedSettings;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceEngine.InferenceListener;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.support.Hashes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Caches results, so that equal requests for an image, a model and options are sent once, also at the same time
 * (single-flight). Failures are neither cached nor shared. Images that a server fetches are not cached, because they
 * may change.
 */
public final class InferenceCache {

    private final Cache<Key, Inference> results;
    private final InferenceListener listener;
    /**
     * The requests in flight. Caffeine's own cache of futures prints a stack trace to the terminal for each failure.
     */
    private final ConcurrentMap<Key, CompletableFuture<Inference>> inFlight = new ConcurrentHashMap<>();

    /** The inputs that determine a result as long as the model stays the same. */
    private record Key(ModelId model, ByteBuffer image, String options) {
    }

    public InferenceCache(HostedSettings.Cache settings, InferenceListener listener) {
        this(settings, Ticker.systemTicker(), listener);
    }

    InferenceCache(HostedSettings.Cache settings, Ticker clock, InferenceListener listener) {
        this.listener = listener;
        results = Caffeine.newBuilder().expireAfterWrite(settings.ttl()).maximumWeight(settings.size()).ticker(clock)
                .weigher((Key key, Inference answer) -> InferenceJson.write(answer).toString().length()).build();
    }

    /**
     * Returns the cached result, the result of an equal request in flight, or the result of this request.
     *
     * @param request the function that sends the request
     * @return a separate future: cancelling it does not affect other callers
     */
    public CompletableFuture<Inference> get(ModelId model, ImageSource image, InferenceOptions options,
                                     Supplier<CompletableFuture<Inference>> request) {
        if (image instanceof ImageSource.OfUrl) {
            return request.get();
        }
        try {
            Key key = new Key(model, ByteBuffer.wrap(Hashes.sha256(image)), options.fingerprint());
            return get(key, request);
        } catch (IOException e) {
            // the request itself reports the error
            return request.get();
        }
    }

    private CompletableFuture<Inference> get(Key key, Supplier<CompletableFuture<Inference>> request) {
        CompletableFuture<Inference> caller = new CompletableFuture<>();
        CompletableFuture<Inference> shared = new CompletableFuture<>();
        CompletableFuture<Inference> earlier = inFlight.putIfAbsent(key, shared);
        if (earlier == null) {
            shared.whenComplete((answer, error) -> complete(caller, answer, error));
            share(key, shared, request);
        } else {
            earlier.whenComplete((answer, error) -> follow(key, caller, answer, error, request));
        }
        return caller;
    }

    private void share(Key key, CompletableFuture<Inference> shared, Supplier<CompletableFuture<Inference>> request) {
        // checked only now, because an earlier request caches its result before it leaves the map
        Inference known = results.getIfPresent(key);
        if (known != null) {
            listener.cached(key.model.value(), true);
            finish(key, shared, known, null);
        } else {
            send(key, request, (answer, error) -> finish(key, shared, answer, error));
        }
    }

    /**
     * Passes the shared result on. After a failure it sends its own request, because the failure may concern the other
     * caller's file or deadline, and names that image.
     */
    private void follow(Key key, CompletableFuture<Inference> caller, Inference answer, Throwable error,
                        Supplier<CompletableFuture<Inference>> request) {
        if (error == null) {
            listener.cached(key.model.value(), true);
            caller.complete(answer);
        } else if (!caller.isDone()) {
            CompletableFuture<Inference> ownRequest = send(key, request, (later, failure) -> complete(caller, later, failure));
            caller.whenComplete((later, failure) -> ownRequest.cancel(true));
        }
    }

    /** Sends the request and caches its result. Calls {@code end} in every case, because other callers wait for it. */
    private CompletableFuture<Inference> send(Key key, Supplier<CompletableFuture<Inference>> request,
                                             BiConsumer<Inference, Throwable> end) {
        listener.cached(key.model.value(), false);
        try {
            CompletableFuture<Inference> sent = request.get();
            sent.whenComplete((answer, error) -> {
                try {
                    if (error == null) {
                        results.put(key, answer);
                    }
                } finally {
                    end.accept(answer, error);
                }
            });
            return sent;
        } catch (RuntimeException | Error e) {
            end.accept(null, e);
            return CompletableFuture.failedFuture(e);
        }
    }

    private void finish(Key key, CompletableFuture<Inference> shared, Inference answer, Throwable error) {
        inFlight.remove(key, shared);
        complete(shared, answer, error);
    }

    private static void complete(CompletableFuture<Inference> future, Inference answer, Throwable error) {
        if (error == null) {
            future.complete(answer);
        } else {
            future.completeExceptionally(error);
        }
    }
}
