package io.github.camelroboflow.hosted;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.github.camelroboflow.inference.ImageHash;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/**
 * Remembers answers, so that the same image with the same model and options is asked for once, also by many at a time. Failures are
 * not remembered, nor are images that a server fetches, which may be others by then.
 */
final class AnswerCache {

    private final Cache<Key, Inference> answers;
    /** Caffeine's own cache of futures writes a stack trace to the terminal for each that fails. */
    private final ConcurrentMap<Key, CompletableFuture<Inference>> underWay = new ConcurrentHashMap<>();

    /** What an answer depends on, for as long as the model stays what it is. */
    private record Key(ModelId model, ByteBuffer image, String options) {
    }

    AnswerCache(HostedSettings.Cache settings) {
        this(settings, Ticker.systemTicker());
    }

    AnswerCache(HostedSettings.Cache settings, Ticker clock) {
        answers = Caffeine.newBuilder().expireAfterWrite(settings.ttl()).maximumWeight(settings.size()).ticker(clock)
                .weigher((Key key, Inference answer) -> InferenceJson.write(answer).toString().length()).build();
    }

    /**
     * The answer that is there already or under way, or else the one to this request.
     *
     * @param request sends it
     * @return a future of the caller's own: to cancel it ends its waiting, not that of others
     */
    CompletableFuture<Inference> get(ModelId model, ImageSource image, InferenceOptions options,
                                     Supplier<CompletableFuture<Inference>> request) {
        if (image instanceof ImageSource.OfUrl) {
            return request.get();
        }
        try {
            Key key = new Key(model, ByteBuffer.wrap(ImageHash.sha256(image)), options.fingerprint());
            CompletableFuture<Inference> mine = new CompletableFuture<>();
            shared(key, request).whenComplete((answer, error) -> complete(mine, answer, error));
            return mine;
        } catch (IOException e) {
            // the request says what is wrong with it
            return request.get();
        }
    }

    private CompletableFuture<Inference> shared(Key key, Supplier<CompletableFuture<Inference>> request) {
        CompletableFuture<Inference> shared = new CompletableFuture<>();
        CompletableFuture<Inference> earlier = underWay.putIfAbsent(key, shared);
        if (earlier != null) {
            return earlier;
        }
        // looked for only now: an earlier one keeps its answer before it makes room
        Inference known = answers.getIfPresent(key);
        if (known != null) {
            end(key, shared, known, null);
            return shared;
        }
        try {
            request.get().whenComplete((answer, error) -> {
                if (error == null) {
                    answers.put(key, answer);
                }
                end(key, shared, answer, error);
            });
        } catch (RuntimeException e) {
            end(key, shared, null, e);
        }
        return shared;
    }

    private void end(Key key, CompletableFuture<Inference> shared, Inference answer, Throwable error) {
        underWay.remove(key, shared);
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
