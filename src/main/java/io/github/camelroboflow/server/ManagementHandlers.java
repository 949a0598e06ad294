package io.github.camelroboflow.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.Task;
import io.github.camelroboflow.inference.support.Hashes;
import io.github.camelroboflow.server.RequestParameters.JsonBody;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Answers requests for the server's description, health, metrics and loaded models, and requests to load and unload models. */
final class ManagementHandlers {

    /** Version of Roboflow's server whose protocol this is; clients look at it. */
    private static final String VERSION = "1.5.0";

    private final ModelService models;
    private final Map<String, RequestRouter.Handler> handlers;

    /**
     * @param mayListModels tells whether a client may know the loaded models
     * @param metrics       the metrics as text for Prometheus
     */
    ManagementHandlers(ModelService models, Predicate<RequestHead> mayListModels, Supplier<String> metrics) {
        this.models = models;
        String id = UUID.randomUUID().toString().replace("-", "").substring(0, 6);
        byte[] description = resource("openapi.json");
        ServerResponse page = page(resource("index.html"));
        ServerResponse none = ServerResponse.json(json().set("models", json().arrayNode()));
        handlers = Map.ofEntries(
                open("/", request -> page),
                open("/docs", request -> page),
                open("/openapi.json", request -> ServerResponse.json(200, description)),
                open("/info", request -> ServerResponse.json(json().put("name", "Roboflow Inference Server")
                        .put("version", VERSION).put("uuid", id))),
                open("/healthz", request -> ServerResponse.json(json().put("status", "healthy"))),
                open("/readiness", request -> ServerResponse.json(json().put("status", "ready"))),
                // Roboflow's own client asks for it without a key, and adds a model that is not listed
                Map.entry("GET /models", new RequestRouter.Handler() {

                    @Override
                    public RequestRouter.Key key() {
                        return RequestRouter.Key.NONE;
                    }

                    @Override
                    public CompletionStage<ServerResponse> handle(RequestHead request, byte[] body, LongConsumer memory) {
                        return offered(mayListModels.test(request)).completed();
                    }
                }),
                open("/model/registry", request -> mayListModels.test(request) ? registry() : none),
                Map.entry("GET /metrics", immediate(RequestRouter.Key.IN_HEAD,
                        request -> ServerResponse.text(200, "text/plain; version=0.0.4; charset=utf-8", metrics.get()))),
                Map.entry("POST /model/add", change(body -> models.open(model(body)))),
                Map.entry("POST /model/remove", change(body -> models.close(model(body)))),
                Map.entry("POST /model/clear", change(body -> models.opened().forEach(model -> models.close(model.id())))));
    }

    /** Returns {@code null} if there is no such method and path. */
    RequestRouter.Handler find(String method, String path) {
        return handlers.get(method + " " + path);
    }

    /** Returns the handler of {@code GET /start/{project}/{version}}, which loads a model before its first image. */
    RequestRouter.Handler start() {
        return (request, body, memory) -> {
            models.open(RequestRouter.model(request.segments().get(1) + "/" + request.segments().get(2)));
            return ServerResponse.json(json().put("status", 200).put("message", "inference session started from local memory."))
                    .completed();
        };
    }

    private static Map.Entry<String, RequestRouter.Handler> open(String path, Function<RequestHead, ServerResponse> response) {
        return Map.entry("GET " + path, immediate(RequestRouter.Key.NONE, response));
    }

    private static RequestRouter.Handler immediate(RequestRouter.Key key, Function<RequestHead, ServerResponse> response) {
        return new RequestRouter.Handler() {

            @Override
            public RequestRouter.Key key() {
                return key;
            }

            @Override
            public boolean isImmediate() {
                return true;
            }

            @Override
            public CompletionStage<ServerResponse> handle(RequestHead request, byte[] body, LongConsumer memory) {
                return response.apply(request).completed();
            }
        };
    }

    private RequestRouter.Handler change(Consumer<byte[]> change) {
        return new RequestRouter.Handler() {

            @Override
            public RequestRouter.Key key() {
                return RequestRouter.Key.PERHAPS_IN_BODY;
            }

            @Override
            public CompletionStage<ServerResponse> handle(RequestHead request, byte[] body, LongConsumer memory) {
                change.accept(body);
                return registry().completed();
            }
        };
    }

    private static ModelId model(byte[] body) {
        ObjectNode json = JsonBody.read(body);
        RequestParameters parameters = RequestParameters.ofJson(json);
        if (parameters.value("model_id") == null) {
            parameters.missing("model_id", JsonBody.echo(json));
        }
        parameters.check();
        return RequestRouter.model(json.get("model_id").asText());
    }

    /**
     * Makes the page's response. Nothing but its own script runs in the page, whatever the names of models, classes and images are.
     */
    private static ServerResponse page(byte[] html) {
        String text = new String(html, StandardCharsets.UTF_8);
        String script = text.substring(text.indexOf("<script>") + "<script>".length(), text.indexOf("</script>"));
        String hash = Base64.getEncoder().encodeToString(Hashes.sha256(script));
        return new ServerResponse(200, "text/html; charset=utf-8", html, Map.of("content-security-policy", "default-src 'none';"
                + " script-src 'sha256-" + hash + "'; style-src 'unsafe-inline'; img-src data:; connect-src 'self';"
                + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'", "x-content-type-options", "nosniff"));
    }

    /** Lists the models that clients may use. Task and classes are known of those that are ready. */
    private ServerResponse offered(boolean hasKey) {
        ObjectNode answer = json().put("needs_key", !hasKey);
        ArrayNode list = answer.putArray("models");
        if (hasKey) {
            Map<ModelId, ModelDescription> ready = new LinkedHashMap<>();
            models.opened().forEach(model -> ready.put(model.id().canonical(), model));
            Stream.concat(models.offered().stream().map(ModelId::canonical), ready.keySet().stream()).distinct().forEach(id -> {
                ModelDescription model = ready.get(id);
                ObjectNode entry = list.addObject().put("model_id", id.value()).put("ready", model != null);
                if (model != null) {
                    entry.put("task_type", model.task() == null ? null : model.task().toString());
                    model.classes().forEach(entry.putArray("classes")::add);
                }
            });
        }
        return ServerResponse.json(answer);
    }

    private ServerResponse registry() {
        ObjectNode registry = json();
        ArrayNode list = registry.putArray("models");
        for (ModelDescription model : models.opened()) {
            // as on Roboflow's server, whose client would shrink images to a size that is not null, and lose detail by that
            list.addObject().put("model_id", model.id().canonical().value()).put("task_type", taskType(model.task()))
                    .putNull("batch_size").putNull("input_height").putNull("input_width");
        }
        return ServerResponse.json(registry);
    }

    /**
     * Returns the name that clients know: they have one for both kinds of classification. The task of a model on another server may
     * be unknown. Clients refuse a model without one, and the model determines the result whatever task a client requests.
     */
    private static String taskType(Task task) {
        return (task == null ? Task.OBJECT_DETECTION : task == Task.MULTI_LABEL_CLASSIFICATION ? Task.CLASSIFICATION : task)
                .toString();
    }

    private static ObjectNode json() {
        return ServerResponse.JSON.createObjectNode();
    }

    private static byte[] resource(String name) {
        try (InputStream resource = ManagementHandlers.class.getResourceAsStream(name)) {
            return resource.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
