package io.github.camelroboflow.server;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** What a server tells of itself, to everybody. */
final class Information {

    private static final String VERSION = "1.5.0";

    private final Map<String, Route> routes;

    Information() {
        String id = UUID.randomUUID().toString().replace("-", "").substring(0, 6);
        routes = Map.of(
                "/", open(() -> Reply.text(200, "text/html; charset=utf-8", page())),
                "/info", open(() -> Reply.json(Reply.JSON.createObjectNode().put("name", "Roboflow Inference Server")
                        .put("version", VERSION).put("uuid", id))),
                "/healthz", open(() -> Reply.json(Reply.JSON.createObjectNode().put("status", "healthy"))),
                "/readiness", open(() -> Reply.json(Reply.JSON.createObjectNode().put("status", "ready"))));
    }

    /** {@code null} if it is something else. */
    Route find(String path) {
        return routes.get(path);
    }

    private static Route open(Supplier<Reply> reply) {
        return new Route() {

            @Override
            public Key key() {
                return Key.NONE;
            }

            @Override
            public CompletionStage<Reply> answer(Call call, byte[] body) {
                return Dispatcher.now(reply.get());
            }
        };
    }

    private static String page() {
        return "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>camel-roboflow</title></head><body>"
                + "<h1>camel-roboflow</h1><p>This server speaks Roboflow's HTTP API: POST an image to"
                + " <code>/project/version</code>.</p></body></html>";
    }
}
