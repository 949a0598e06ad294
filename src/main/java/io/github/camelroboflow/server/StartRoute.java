package io.github.camelroboflow.server;

import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;

/** {@code GET /start/{project}/{version}}: makes a model ready before its first image. */
final class StartRoute implements Route {

    private final ModelService models;

    StartRoute(ModelService models) {
        this.models = models;
    }

    @Override
    public CompletionStage<Reply> answer(Call call, byte[] body, LongConsumer room) {
        models.open(Routes.model(call.segments().get(1) + "/" + call.segments().get(2)));
        return Dispatcher.now(Reply.json(Reply.JSON.createObjectNode().put("status", 200)
                .put("message", "inference session started from local memory.")));
    }
}
