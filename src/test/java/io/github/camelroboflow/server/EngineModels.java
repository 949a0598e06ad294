package io.github.camelroboflow.server;

import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceEngine;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The models of an engine, without a route between. */
final class EngineModels implements ModelService, AutoCloseable {

    private final InferenceEngine engine;
    private final Path directory;
    private final OpenModels models;

    /** @param directory what is there clients may use */
    EngineModels(InferenceEngine engine, Path directory) {
        this.engine = engine;
        this.directory = directory;
        this.models = new OpenModels(engine, 30);
    }

    @Override
    public ModelDescription open(ModelId model) {
        if (!Files.isDirectory(directory.resolve(model.value()))) {
            throw new UnknownModelException("no " + model);
        }
        return models.open(model);
    }

    @Override
    public List<ModelDescription> opened() {
        return models.opened();
    }

    @Override
    public void close(ModelId model) {
        models.close(model);
    }

    @Override
    public CompletionStage<List<Answer>> infer(InferenceRequest request) {
        CompletableFuture<List<Inference>> asked = engine.infer(request.model().id(), request.images(), request.options())
                .toCompletableFuture();
        CompletableFuture<List<Answer>> answers = asked.thenApply(all -> all.stream().<Answer>map(Answer.Result::new).toList());
        answers.whenComplete((done, failure) -> asked.cancel(true));
        return answers;
    }

    @Override
    public void close() {
        models.close();
        engine.close();
    }
}
