package io.github.camelroboflow.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.camelroboflow.http.RetryAfter;
import io.github.camelroboflow.inference.support.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * An HTTP response.
 *
 * @param status      the HTTP status
 * @param contentType content type of the body
 * @param body        must not be changed
 * @param headers     further headers
 */
public record ServerResponse(int status, String contentType, byte[] body, Map<String, String> headers) {

    /** Mapper without a limit for the length of a text, since a visualization is a single text. */
    static final JsonMapper JSON = Json.limited(Integer.MAX_VALUE);

    private static final String JSON_TYPE = "application/json";

    public ServerResponse {
        headers = Map.copyOf(headers);
    }

    /** Makes a response with JSON. */
    public static ServerResponse json(JsonNode body) {
        return json(200, body);
    }

    /** Makes a response with JSON. */
    public static ServerResponse json(int status, JsonNode body) {
        try {
            return json(status, JSON.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("JSON could not be written", e);
        }
    }

    static ServerResponse json(int status, byte[] body) {
        return new ServerResponse(status, JSON_TYPE, body, Map.of());
    }

    public static ServerResponse jpeg(byte[] picture) {
        return new ServerResponse(200, "image/jpeg", picture, Map.of());
    }

    /** Makes a response with a text in UTF-8. */
    public static ServerResponse text(int status, String contentType, String text) {
        return new ServerResponse(status, contentType, text.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** Makes an error as Roboflow's server writes it. */
    public static ServerResponse message(int status, String message) {
        return json(status, JSON.createObjectNode().put("message", message));
    }

    /** Makes an error as the web framework of Roboflow's server writes it. */
    static ServerResponse detail(int status, String detail) {
        return json(status, JSON.createObjectNode().put("detail", detail));
    }

    CompletionStage<ServerResponse> completed() {
        return CompletableFuture.completedFuture(this);
    }

    /** Returns the same response with a further header. */
    public ServerResponse with(String header, String value) {
        Map<String, String> more = new TreeMap<>(headers);
        more.put(header, value);
        return new ServerResponse(status, contentType, body, more);
    }

    /** Asks the client to retry after that time, in whole seconds. */
    ServerResponse retryAfter(Duration pause) {
        return with(RetryAfter.HEADER, String.valueOf(Math.max(1, (pause.toMillis() + 999) / 1000)));
    }
}
