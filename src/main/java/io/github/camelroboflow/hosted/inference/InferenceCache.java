package io.github.camelroboflow.hosted.inference;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.github.camelroboflow.hosted.http.HostedSettings;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.ImageSource.ImageHash;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Remembers answers, so that the same image with the same model and options is asked for once, also by many at a time. Failures are
 * neither remembered nor shared, nor are images that a server fetches, which may be others by then.
 */
public final class InferenceCache {

    private final Cache<Key, Inference> results;
    /** Caffeine's own cache of futures writes a stack trace to the terminal for each that fails. */
    private final ConcurrentMap<Key, CompletableFuture<Inference>> inFlight = new ConcurrentHashMap<>();

    /** What an answer depends on, for as long as the model stays what it is. */
    private record Key(ModelId model, ByteBuffer image, String options) {
    }

    public InferenceCache(HostedSettings.Cache settings) {
        this(settings, Ticker.systemTicker());
    }

    InferenceCache(HostedSettings.Cache settings, Ticker clock) {
        results = Caffeine.newBuilder().expireAfterWrite(settings.ttl()).maximumWeight(settings.size()).ticker(clock)
                .weigher((Key key, Inference answer) -> InferenceJson.write(answer).toString().length()).build();
    }

    /**
     * The answer that is there already or under way, or else the one to this request.
     *
     * @param request sends it
     * @return a future of the caller's own: to cancel it ends its waiting, not that of others
     */
    public CompletableFuture<Inference> get(ModelId model, ImageSource image, InferenceOptions options,
                                     Supplier<CompletableFuture<Inference>> request) {
        if (image instanceof ImageSource.OfUrl) {
            return request.get();
        }
        try {
            Key key = new Key(model, ByteBuffer.wrap(ImageHash.sha256(image)), options.fingerprint());
            return get(key, request);
        } catch (IOException e) {
            // the request says what is wrong with it
            return request.get();
        }
    }

    private CompletableFuture<Inference> get(Key key, Supplier<CompletableFuture<Inference>> request) {
        CompletableFuture<Inference> mine = new CompletableFuture<>();
        CompletableFuture<Inference> shared = new CompletableFuture<>();
        CompletableFuture<Inference> earlier = inFlight.putIfAbsent(key, shared);
        if (earlier == null) {
            shared.whenComplete((answer, error) -> complete(mine, answer, error));
            share(key, shared, request);
        } else {
            earlier.whenComplete((answer, error) -> follow(key, mine, answer, error, request));
        }
        return mine;
    }

    private void share(Key key, CompletableFuture<Inference> shared, Supplier<CompletableFuture<Inference>> request) {
        // looked for only now: an earlier one keeps its answer before it makes room
        Inference known = results.getIfPresent(key);
        if (known != null) {
            finish(key, shared, known, null);
        } else {
            send(key, request, (answer, error) -> finish(key, shared, answer, error));
        }
    }

    /** A failure may be of the other's file or deadline, and names its image: who waited for that asks for itself. */
    private void follow(Key key, CompletableFuture<Inference> mine, Inference answer, Throwable error,
                        Supplier<CompletableFuture<Inference>> request) {
        if (error == null) {
            mine.complete(answer);
        } else if (!mine.isDone()) {
            CompletableFuture<Inference> own = send(key, request, (later, failure) -> complete(mine, later, failure));
            mine.whenComplete((later, failure) -> own.cancel(true));
        }
    }

    /** Keeps an answer; and ends whatever happens, as others wait for that. */
    private CompletableFuture<Inference> send(Key key, Supplier<CompletableFuture<Inference>> request,
                                             BiConsumer<Inference, Throwable> end) {
        try {
            CompletableFuture<Inference> asked = request.get();
            asked.whenComplete((answer, error) -> {
                try {
                    if (error == null) {
                        results.put(key, answer);
                    }
                } finally {
                    end.accept(answer, error);
                }
            });
            return asked;
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
