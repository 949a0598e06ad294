package io.github.camelroboflow.delivery.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import java.util.Optional;

/** Headers as JSON, in which text, numbers and truth values stay what they are. */
final class HeadersJson {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final TypeReference<Map<String, Object>> TYPE = new TypeReference<>() {
    };

    private HeadersJson() {
    }

    static String json(Map<String, Object> headers) {
        try {
            return MAPPER.writeValueAsString(headers);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("headers could not be written as JSON", e);
        }
    }

    /** Empty if it is no JSON of names with text, numbers and truth values. */
    static Optional<Map<String, Object>> parse(String json) {
        try {
            return Optional.ofNullable(json == null ? null : MAPPER.readValue(json, TYPE)).filter(HeadersJson::arePlain);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static boolean arePlain(Map<String, Object> headers) {
        return headers.values().stream().allMatch(value -> value instanceof String || value instanceof Number
                || value instanceof Boolean);
    }
}
