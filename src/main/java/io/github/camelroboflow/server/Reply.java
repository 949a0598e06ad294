package io.github.camelroboflow.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * An HTTP answer.
 *
 * @param status      the HTTP status
 * @param contentType of the body
 * @param body        not to be changed
 * @param headers     further headers
 */
record Reply(int status, String contentType, byte[] body, Map<String, String> headers) {

    /** A drawing is a single text, of any length. */
    static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build()).build());

    private static final String JSON_TYPE = "application/json";

    Reply {
        headers = Map.copyOf(headers);
    }

    static Reply json(JsonNode body) {
        return json(200, body);
    }

    static Reply json(int status, JsonNode body) {
        try {
            return json(status, JSON.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("JSON could not be written", e);
        }
    }

    static Reply json(int status, byte[] body) {
        return new Reply(status, JSON_TYPE, body, Map.of());
    }

    static Reply jpeg(byte[] picture) {
        return new Reply(200, "image/jpeg", picture, Map.of());
    }

    static Reply text(int status, String contentType, String text) {
        return new Reply(status, contentType, text.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** An error as Roboflow's server tells it. */
    static Reply message(int status, String message) {
        return json(status, JSON.createObjectNode().put("message", message));
    }

    /** An error as the web framework of Roboflow's server tells it. */
    static Reply detail(int status, String detail) {
        return json(status, JSON.createObjectNode().put("detail", detail));
    }

    Reply with(String header, String value) {
        Map<String, String> more = new TreeMap<>(headers);
        more.put(header, value);
        return new Reply(status, contentType, body, more);
    }

    /** Asks the client to come again after that time, in whole seconds. */
    Reply retryAfter(Duration pause) {
        return with("Retry-After", String.valueOf(Math.max(1, (pause.toMillis() + 999) / 1000)));
    }
}
