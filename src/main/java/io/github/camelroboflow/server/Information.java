package io.github.camelroboflow.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** What a server tells of itself, to everybody but for its models and its use. */
final class Information {

    /** The version of Roboflow's server whose protocol this is: clients look at it. */
    private static final String VERSION = "1.5.0";

    private final Map<String, Route> routes;

    /**
     * @param isOpen   whether a request shows that it may know which models there are
     * @param registry the models that are ready
     * @param metrics  as text for Prometheus
     */
    Information(Function<Call, Boolean> isOpen, Supplier<Reply> registry, Supplier<String> metrics) {
        String id = UUID.randomUUID().toString().replace("-", "").substring(0, 6);
        byte[] description = resource("openapi.json");
        Reply page = new Reply(200, "text/html; charset=utf-8", resource("index.html"), Map.of());
        Reply none = Reply.json(Reply.JSON.createObjectNode().set("models", Reply.JSON.createArrayNode()));
        routes = Map.ofEntries(
                open("/", call -> page),
                open("/docs", call -> page),
                open("/openapi.json", call -> Reply.json(200, description)),
                open("/info", call -> Reply.json(Reply.JSON.createObjectNode().put("name", "Roboflow Inference Server")
                        .put("version", VERSION).put("uuid", id))),
                open("/healthz", call -> Reply.json(Reply.JSON.createObjectNode().put("status", "healthy"))),
                open("/readiness", call -> Reply.json(Reply.JSON.createObjectNode().put("status", "ready"))),
                // Roboflow's own client asks for it without a key, and adds a model that it does not find
                open("/model/registry", call -> isOpen.apply(call) ? registry.get() : none),
                Map.entry("/metrics", route(Route.Key.IN_HEAD,
                        call -> Reply.text(200, "text/plain; version=0.0.4; charset=utf-8", metrics.get()))));
    }

    /** {@code null} if it is something else. */
    Route find(String path) {
        return routes.get(path);
    }

    private static Map.Entry<String, Route> open(String path, Function<Call, Reply> reply) {
        return Map.entry(path, route(Route.Key.NONE, reply));
    }

    private static Route route(Route.Key key, Function<Call, Reply> reply) {
        return new Route() {

            @Override
            public Key key() {
                return key;
            }

            @Override
            public boolean isAtOnce() {
                return true;
            }

            @Override
            public CompletionStage<Reply> answer(Call call, byte[] body, LongConsumer room) {
                return Dispatcher.now(reply.apply(call));
            }
        };
    }

    private static byte[] resource(String name) {
        try (InputStream resource = Information.class.getResourceAsStream(name)) {
            return resource.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
