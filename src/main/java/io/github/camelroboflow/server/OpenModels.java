package io.github.camelroboflow.server;

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
 * Keeps the models open that clients asked for, up to a number: then the one that was not asked for the longest is let go. While
 * one is being opened, those who want it wait, and nobody else does. One that could not be opened is tried again by the next who
 * asks.
 */
public final class OpenModels implements AutoCloseable {

    private final InferenceEngine engine;
    private final int most;
    /** The one that was used last is the last. */
    private final Map<ModelId, CompletableFuture<InferenceEngine.OpenModel>> models = new LinkedHashMap<>(16, 0.75f, true);
    private boolean closed;

    /** @param most 1 or more */
    public OpenModels(InferenceEngine engine, int most) {
        if (most < 1) {
            throw new IllegalArgumentException("maxLoadedModels=" + most + " is out of range: it must be 1 or more");
        }
        this.engine = engine;
        this.most = most;
    }

    /** @throws io.github.camelroboflow.inference.RoboflowException if it can't be opened, or these are closed */
    public ModelDescription open(ModelId model) {
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
                letGoOfTheOldest();
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

    private void letGoOfTheOldest() {
        List<CompletableFuture<InferenceEngine.OpenModel>> old = new ArrayList<>();
        synchronized (models) {
            var oldest = models.values().iterator();
            for (int surplus = models.size() - most; surplus > 0; surplus--) {
                old.add(oldest.next());
                oldest.remove();
            }
        }
        old.forEach(OpenModels::close);
    }

    /** Those that are open, the one that was used last at the end. */
    public List<ModelDescription> opened() {
        synchronized (models) {
            return models.values().stream().filter(OpenModels::isOpen).map(opening -> opening.join().description()).toList();
        }
    }

    /** Lets go of a model whose memory a client wants back, though the route may hold it still. */
    public void close(ModelId model) {
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
        all.forEach(OpenModels::close);
    }

    /** One that is still being opened is closed by who opens it. */
    private static void close(CompletableFuture<InferenceEngine.OpenModel> opening) {
        if (isOpen(opening)) {
            opening.join().close();
        }
    }

    private static boolean isOpen(CompletableFuture<InferenceEngine.OpenModel> opening) {
        return opening.isDone() && !opening.isCompletedExceptionally();
    }
}
