package io.github.camelroboflow.server;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Lets pages of any origin ask, as Roboflow's server does: who may is a matter of keys, which a browser does not add by itself, and
 * where there are none, of {@link OwnMachine}.
 */
final class Cors {

    private static final String METHODS = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";

    private Cors() {
    }

    /** The answer to a browser that asks before it asks. */
    static Optional<Reply> preflight(Call call) {
        Optional<String> method = call.header("access-control-request-method");
        if (!call.method().equals("OPTIONS") || method.isEmpty() || call.header("origin").isEmpty()) {
            return Optional.empty();
        }
        Reply reply = Reply.text(200, "text/plain; charset=utf-8", "OK")
                .with("access-control-allow-methods", METHODS).with("access-control-max-age", "600");
        return Optional.of(call.header("access-control-request-headers").map(names ->
                reply.with("access-control-allow-headers", names)).orElse(reply));
    }

    /** What every answer to a page carries. */
    static Map<String, String> headers(Call call) {
        Map<String, String> headers = new LinkedHashMap<>();
        call.header("origin").ifPresent(origin -> {
            boolean asksBefore = call.method().equals("OPTIONS");
            headers.put("access-control-allow-origin", asksBefore ? origin : "*");
            headers.put("access-control-allow-credentials", "true");
            headers.put("vary", "Origin");
        });
        headers.put("access-control-expose-headers", "x-request-id, x-model-id, retry-after");
        return headers;
    }
}
