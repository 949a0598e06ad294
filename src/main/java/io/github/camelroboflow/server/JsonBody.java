package io.github.camelroboflow.server;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.support.Json;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Reads request bodies that are JSON. */
final class JsonBody {

    /** Limit of names, values and brackets, since each takes many times its size in memory. An image has six. */
    private static final int MAX_TOKENS = 10_000;
    private static final JsonMapper MAPPER = Json.limited(Integer.MAX_VALUE, MAX_TOKENS);

    private JsonBody() {
    }

    /**
     * Parses the body.
     *
     * @throws ResponseException with status 422 if the body is not a JSON object, or 413 if it has too many values
     */
    static ObjectNode read(byte[] body) {
        JsonNode json;
        try {
            json = MAPPER.readTree(body);
        } catch (IOException e) {
            throw invalid(e);
        }
        if (json instanceof ObjectNode object) {
            return object;
        }
        ObjectNode error = error("model_attributes_type");
        error.put("msg", "Input should be a valid dictionary or object to extract fields from").set("input", json);
        throw refusal(error);
    }

    private static ResponseException invalid(IOException failure) {
        if (failure instanceof StreamConstraintsException) {
            return ResponseException.tooMuchJson();
        }
        long column = 0;
        String expected = "Expecting value";
        if (failure instanceof JsonProcessingException e) {
            column = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getColumnNr() - 1L);
            expected = e.getOriginalMessage().contains("start field name") ? "Expecting property name enclosed in double quotes"
                    : expected;
        }
        ObjectNode error = error("json_invalid");
        error.withArray("loc").add(column);
        error.put("msg", "JSON decode error").putObject("input");
        error.putObject("ctx").put("error", expected);
        return refusal(error);
    }

    private static ObjectNode error(String type) {
        ObjectNode error = ServerResponse.JSON.createObjectNode().put("type", type);
        error.putArray("loc").add("body");
        return error;
    }

    private static ResponseException refusal(ObjectNode error) {
        return ResponseException.unprocessable(ServerResponse.JSON.createArrayNode().add(error));
    }

    /** Copies the parts of a request that a response may repeat: all but its key and its images. */
    static ObjectNode echo(ObjectNode request) {
        return request.deepCopy().without(List.of("api_key", "image"));
    }

    /**
     * Returns the key in the body; empty if there is none. Reads the body of a client that is not authenticated yet as a stream,
     * since it takes many times its size in memory when parsed as a whole.
     *
     * @throws ResponseException with status 422 if the body is not JSON, or 413 if it has too many values
     */
    static Optional<String> key(byte[] body) {
        String key = null;
        try (JsonParser parser = MAPPER.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                if (name.equals("api_key")) {
                    key = value == JsonToken.VALUE_STRING ? parser.getText() : null;
                }
                parser.skipChildren();
            }
        } catch (IOException e) {
            throw invalid(e);
        }
        return Optional.ofNullable(key).filter(shown -> !shown.isEmpty());
    }
}
