package io.github.camelroboflow.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Reads bodies that are JSON. */
final class JsonBody {

    /** Names, values and brackets: each takes many times its size as an object. An image takes six. */
    private static final int MOST_TOKENS = 10_000;
    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder().streamReadConstraints(
            StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).maxTokenCount(MOST_TOKENS).build()).build());

    private JsonBody() {
    }

    /** @throws Refusal with status 422 if it is no JSON object, and 413 if it has more in it than anybody needs */
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

    private static Refusal invalid(IOException failure) {
        if (failure instanceof StreamConstraintsException) {
            return Refusal.tooMuchJson();
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
        ObjectNode error = Reply.JSON.createObjectNode().put("type", type);
        error.putArray("loc").add("body");
        return error;
    }

    private static Refusal refusal(ObjectNode error) {
        return new Refusal(Reply.json(422, Reply.JSON.createObjectNode().set("detail", Reply.JSON.createArrayNode().add(error))));
    }

    /** What may be told again of a request: neither its key nor its images. */
    static ObjectNode echo(ObjectNode request) {
        return request.deepCopy().without(List.of("api_key", "image"));
    }

    /**
     * The key in the body; empty if there is none. Nothing else is kept of what may be anybody's: as objects, a body can take many
     * times its size.
     *
     * @throws Refusal with status 422 if it is no JSON, and 413 if it has more in it than anybody needs
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
