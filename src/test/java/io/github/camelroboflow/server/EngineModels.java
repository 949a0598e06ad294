package io.github.camelroboflow.server;

import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceEngine;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.UnknownModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** The models of an engine, without a route between server and engine. */
final class EngineModels implements ModelService, AutoCloseable {

    private final InferenceEngine engine;
    private final Path directory;
    private final Map<ModelId, InferenceEngine.OpenModel> models = new ConcurrentHashMap<>();

    /** @param directory the folders of the models that clients may use */
    EngineModels(InferenceEngine engine, Path directory) {
        this.engine = engine;
        this.directory = directory;
    }

    @Override
    public ModelDescription open(ModelId model) {
        if (!Files.isDirectory(directory.resolve(model.value()))) {
            throw new UnknownModelException("no " + model);
        }
        return models.computeIfAbsent(model, engine::open).description();
    }

    @Override
    public List<ModelDescription> opened() {
        return models.values().stream().map(InferenceEngine.OpenModel::description).toList();
    }

    @Override
    public void close(ModelId model) {
        Optional.ofNullable(models.remove(model)).ifPresent(InferenceEngine.OpenModel::close);
    }

    @Override
    public CompletionStage<List<Answer>> infer(InferenceRequest request) {
        CompletableFuture<List<Inference>> inference = engine.infer(request.model().id(), request.images(), request.options())
                .toCompletableFuture();
        CompletableFuture<List<Answer>> answers = inference.thenApply(all -> all.stream().<Answer>map(Answer.Result::new).toList());
        answers.whenComplete((done, failure) -> inference.cancel(true));
        return answers;
    }

    @Override
    public void close() {
        models.values().forEach(InferenceEngine.OpenModel::close);
        engine.close();
    }
}
