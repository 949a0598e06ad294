package io.github.camelroboflow.component.server;

import io.github.camelroboflow.inference.InferenceEngine;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Keeps the models that clients ask for loaded, up to a limit; beyond it the least recently used one is closed. While a model is
 * being opened, only requests for that model wait. A model that could not be opened is tried again by the next request.
 */
final class ModelCache implements AutoCloseable {

    private final InferenceEngine engine;
    private final int maxModels;
    /** In order of use, the most recently used one last. */
    private final Map<ModelId, CompletableFuture<InferenceEngine.OpenModel>> models = new LinkedHashMap<>(16, 0.75f, true);
    private boolean closed;

    /** @param maxModels 1 or more */
    ModelCache(InferenceEngine engine, int maxModels) {
        if (maxModels < 1) {
            throw new IllegalArgumentException("maxLoadedModels=" + maxModels + " is out of range: it must be 1 or more");
        }
        this.engine = engine;
        this.maxModels = maxModels;
    }

    /**
     * Opens a model, or returns it if it is open.
     *
     * @throws io.github.camelroboflow.inference.RoboflowException if it can't be opened, or the cache is closed
     */
    ModelDescription open(ModelId model) {
        CompletableFuture<InferenceEngine.OpenModel> mine = new CompletableFuture<>();
        CompletableFuture<InferenceEngine.OpenModel> opening;
        synchronized (models) {
            if (closed) {
                throw new RoboflowUnavailableException("Model '" + model + "' can't be used: the server is stopped");
            }
            opening = models.get(model);
            if (opening == null) {
                models.put(model, mine);
            }
        }
        if (opening == null) {
            opening = mine;
            open(model, mine);
        }
        try {
            return opening.join().description();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void open(ModelId model, CompletableFuture<InferenceEngine.OpenModel> opening) {
        try {
            InferenceEngine.OpenModel opened = engine.open(model);
            opening.complete(opened);
            boolean stays;
            synchronized (models) {
                stays = models.get(model) == opening;
            }
            if (stays) {
                closeLeastRecentlyUsed();
            } else {
                opened.close();
            }
        } catch (Throwable e) {
            synchronized (models) {
                models.remove(model, opening);
            }
            opening.completeExceptionally(e);
        }
    }

    private void closeLeastRecentlyUsed() {
        List<CompletableFuture<InferenceEngine.OpenModel>> old = new ArrayList<>();
        synchronized (models) {
            var oldest = models.values().iterator();
            for (int surplus = models.size() - maxModels; surplus > 0; surplus--) {
                old.add(oldest.next());
                oldest.remove();
            }
        }
        old.forEach(ModelCache::close);
    }

    /** Returns the open models, the most recently used one last. */
    List<ModelDescription> opened() {
        synchronized (models) {
            return models.values().stream().filter(ModelCache::isOpen).map(opening -> opening.join().description()).toList();
        }
    }

    /** Closes a model and frees its memory, even if the route still holds the model open. */
    void close(ModelId model) {
        CompletableFuture<InferenceEngine.OpenModel> removed;
        synchronized (models) {
            removed = models.remove(model);
        }
        if (removed != null && isOpen(removed)) {
            removed.join().unload();
            removed.join().close();
        }
    }

    @Override
    public void close() {
        List<CompletableFuture<InferenceEngine.OpenModel>> all;
        synchronized (models) {
            closed = true;
            all = List.copyOf(models.values());
            models.clear();
        }
        all.forEach(ModelCache::close);
    }

    /** Closes a model. A model that is still being opened is closed by the thread that opens it. */
    private static void close(CompletableFuture<InferenceEngine.OpenModel> opening) {
        if (isOpen(opening)) {
            opening.join().close();
        }
    }

    private static boolean isOpen(CompletableFuture<InferenceEngine.OpenModel> opening) {
        return opening.isDone() && !opening.isCompletedExceptionally();
    }
}
