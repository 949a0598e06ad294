package io.github.camelroboflow.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** {@code /model/add}, {@code /model/remove}, {@code /model/clear} and {@code /model/registry}: which models are ready. */
final class ModelRoutes {

    private final ModelService models;

    ModelRoutes(ModelService models) {
        this.models = models;
    }

    /** {@code null} if the path is none of these. */
    Route find(String method, String path) {
        return switch (method + " " + path) {
            case "POST /model/add" -> change(body -> models.open(model(body)));
            case "POST /model/remove" -> change(body -> models.close(model(body)));
            case "POST /model/clear" -> change(body -> models.opened().forEach(model -> models.close(model.id())));
            default -> null;
        };
    }

    private static ModelId model(byte[] body) {
        ObjectNode json = JsonBody.read(body);
        Parameters parameters = Parameters.ofJson(json);
        if (parameters.value("model_id") == null) {
            parameters.missing("model_id", JsonBody.echo(json));
        }
        parameters.check();
        return Routes.model(json.get("model_id").asText());
    }

    private Route change(Consumer<byte[]> change) {
        return new Route() {

            @Override
            public Key key() {
                return Key.ALSO_IN_BODY;
            }

            @Override
            public CompletionStage<Reply> answer(Call call, byte[] body, LongConsumer room) {
                change.accept(body);
                return Dispatcher.now(registry());
            }
        };
    }

    Reply registry() {
        ObjectNode registry = Reply.JSON.createObjectNode();
        ArrayNode list = registry.putArray("models");
        for (ModelDescription model : models.opened()) {
            ObjectNode entry = list.addObject().put("model_id", model.id().value())
                    .put("task_type", model.task() == null ? null : model.task().toString()).put("batch_size", 1);
            if (model.inputSize().equals(ImageSize.UNKNOWN)) {
                entry.putNull("input_height").putNull("input_width");
            } else {
                entry.put("input_height", model.inputSize().height()).put("input_width", model.inputSize().width());
            }
        }
        return Reply.json(registry);
    }
}
