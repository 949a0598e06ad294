package io.github.camelroboflow.component.server;

import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.server.Answer;
import io.github.camelroboflow.server.InferenceRequest;
import io.github.camelroboflow.server.ModelService;
import io.github.camelroboflow.server.OpenModels;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The models that clients may use, run by a route. */
record RouteModels(ServedModels served, OpenModels models, Function<InferenceRequest, CompletionStage<List<Answer>>> route)
        implements ModelService {

    @Override
    public ModelDescription open(ModelId model) {
        served.check(model);
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
        return route.apply(request);
    }
}
