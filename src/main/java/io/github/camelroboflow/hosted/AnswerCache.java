package io.github.camelroboflow.hosted;

import com.github.benmanes.caffeine.cache.AsyncCache;
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
import java.util.function.Supplier;

/**
 * Remembers answers, so that the same image with the same model and options is asked for once, also by many at a time. Failures are not
 * remembered, nor are images that a server fetches, which may be others by then.
 */
final class AnswerCache {

    private final AsyncCache<Key, Inference> answers;

    /** What an answer depends on, for as long as the model stays what it is. */
    private record Key(ModelId model, ByteBuffer image, String options) {
    }

    AnswerCache(HostedSettings.Cache settings) {
        this(settings, Ticker.systemTicker());
    }

    AnswerCache(HostedSettings.Cache settings, Ticker clock) {
        answers = Caffeine.newBuilder().expireAfterWrite(settings.ttl()).maximumWeight(settings.size()).ticker(clock)
                .weigher((Key key, Inference answer) -> InferenceJson.write(answer).toString().length()).buildAsync();
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
            answers.get(key, (missing, executor) -> request.get()).whenComplete((answer, error) -> {
                if (error == null) {
                    mine.complete(answer);
                } else {
                    mine.completeExceptionally(error);
                }
            });
            return mine;
        } catch (IOException e) {
            // the request says what is wrong with it
            return request.get();
        }
    }
}
