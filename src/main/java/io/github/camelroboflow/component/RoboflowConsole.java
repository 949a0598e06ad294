package io.github.camelroboflow.component;

import io.github.camelroboflow.inference.ModelDescription;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.camel.health.HealthCheck.Result;
import org.apache.camel.spi.annotations.DevConsole;
import org.apache.camel.support.console.AbstractDevConsole;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;

/** Shows the models of a context in Camel's developer console. */
@DevConsole(name = "roboflow", displayName = "Roboflow",
            description = "The models that routes use, where they run, and their health")
public class RoboflowConsole extends AbstractDevConsole {

    public RoboflowConsole() {
        super("camel", "roboflow", "Roboflow", "The models that routes use, where they run, and their health");
    }

    @Override
    protected String doCallText(Map<String, Object> options) {
        return models().stream()
                .map(model -> model.entrySet().stream().map(field -> field.getKey() + ": " + field.getValue())
                        .collect(Collectors.joining("\n    ")))
                .collect(Collectors.joining("\n"));
    }

    @Override
    protected Map<String, Object> doCallJson(Map<String, Object> options) {
        JsonArray models = new JsonArray();
        models().forEach(model -> models.add(new JsonObject(model)));
        JsonObject root = new JsonObject();
        root.put("models", models);
        return root;
    }

    /** Returns the fields of each endpoint, in the order of the models. */
    private List<Map<String, Object>> models() {
        return getCamelContext().getEndpointRegistry().values().stream().filter(RoboflowEndpoint.class::isInstance)
                .map(RoboflowEndpoint.class::cast).sorted(Comparator.comparing(RoboflowEndpoint::toString))
                .map(RoboflowConsole::fields).toList();
    }

    private static Map<String, Object> fields(RoboflowEndpoint endpoint) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("model", endpoint.getTarget());
        // masks secrets
        fields.put("endpoint", endpoint.toString());
        fields.put("runtime", endpoint.runtime());
        endpoint.server().ifPresent(server -> fields.put("server", server));
        Optional<ModelDescription> description = endpoint.modelDescription();
        fields.put("open", description.isPresent());
        description.ifPresent(model -> {
            if (model.task() != null) {
                fields.put("task", model.task().toString());
            }
            if (!model.classes().isEmpty()) {
                fields.put("classes", String.join(", ", model.classes()));
            }
            if (model.inputSize().area() > 0) {
                fields.put("inputSize", model.inputSize().toString());
            }
            if (!model.weightsHash().isEmpty()) {
                fields.put("weightsHash", model.weightsHash());
            }
        });
        endpoint.healthCheck().ifPresent(check -> {
            Result health = check.call();
            fields.put("health", health.getState().toString());
            health.getMessage().ifPresent(message -> fields.put("reason", message));
        });
        return fields;
    }
}
