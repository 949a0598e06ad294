package io.github.camelroboflow.hosted;

import io.github.camelroboflow.inference.ImageSize;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceEngine;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Has a server run the models. Each image is a request of its own. Says nothing to the server before the first image: a program
 * must start while the server is down.
 */
public final class HostedEngine implements InferenceEngine, HostedService {

    private static final int MOST_OF_A_BATCH = 16;

    private final HostedSettings settings;
    private final ImageInput input;
    private final HostedClient client;
    private final Optional<AnswerCache> cache;

    /** @throws RoboflowException if answers are to be kept, and the library for it is not there */
    public HostedEngine(HostedSettings settings, ImageInput input, HostedSettings.Cache cache) {
        this(settings, input, new HostedClient(settings), cache(cache));
    }

    HostedEngine(HostedSettings settings, ImageInput input, HostedClient client) {
        this(settings, input, client, Optional.empty());
    }

    private HostedEngine(HostedSettings settings, ImageInput input, HostedClient client, Optional<AnswerCache> cache) {
        this.settings = settings;
        this.input = input;
        this.client = client;
        this.cache = cache;
    }

    private static Optional<AnswerCache> cache(HostedSettings.Cache settings) {
        try {
            return settings.ttl().isZero() ? Optional.empty() : Optional.of(new AnswerCache(settings));
        } catch (NoClassDefFoundError e) {
            throw new RoboflowException("cacheTtl needs one more library on the class path:"
                    + " com.github.ben-manes.caffeine:caffeine", e);
        }
    }

    @Override
    public void addPlaces(int requests) {
        client.addPlaces(requests);
    }

    /** How many images of a batch are under way at a time: not so many that others would have to wait for all of it. */
    private int width() {
        return Math.min(client.places(), MOST_OF_A_BATCH);
    }

    /** The task and the classes are unknown here: the answers tell them. */
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
            public void close() {
                // nothing is held for a single model
            }
        };
    }

    @Override
    public CompletionStage<List<Inference>> infer(ModelId model, List<ImageSource> images, InferenceOptions options) {
        if (options.tiled()) {
            return CompletableFuture.failedFuture(new RoboflowRejectedException("Model '" + model + "' can't be asked for tiles: a"
                    + " server gets each image as a whole; leave out tile, or use runtime=embedded"));
        }
        Deadline deadline = Deadline.in(options.requestTimeout());
        return Batch.run(images.stream().<Supplier<CompletableFuture<Inference>>>map(image ->
                () -> infer(model, image, options, deadline)).toList(), width());
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
}
