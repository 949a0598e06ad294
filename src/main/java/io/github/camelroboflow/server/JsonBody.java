package io.github.camelroboflow.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Reads bodies that are JSON. */
final class JsonBody {

    private JsonBody() {
    }

    /** @throws Refusal with status 422 if it is no JSON object */
    static ObjectNode read(byte[] body) {
        JsonNode json;
        long column = 0;
        String expected = "Expecting value";
        try {
            json = Reply.JSON.readTree(body);
        } catch (JsonProcessingException e) {
            json = null;
            column = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getColumnNr() - 1L);
            expected = e.getOriginalMessage().contains("start field name") ? "Expecting property name enclosed in double quotes" : expected;
        } catch (IOException e) {
            json = null;
        }
        if (json instanceof ObjectNode object) {
            return object;
        }
        ObjectNode error = Reply.JSON.createObjectNode();
        if (json == null) {
            error.put("type", "json_invalid").putArray("loc").add("body").add(column);
            error.put("msg", "JSON decode error").putObject("input");
            error.putObject("ctx").put("error", expected);
        } else {
            error.put("type", "model_attributes_type").putArray("loc").add("body");
            error.put("msg", "Input should be a valid dictionary or object to extract fields from").set("input", json);
        }
        throw new Refusal(Reply.json(422, Reply.JSON.createObjectNode().set("detail", Reply.JSON.createArrayNode().add(error))));
    }

    /** What may be told again of a request: neither its key nor its images. */
    static ObjectNode echo(ObjectNode request) {
        return request.deepCopy().without(List.of("api_key", "image"));
    }

    /** The key in the body; empty if there is none. */
    static Optional<String> key(byte[] body) {
        return Optional.ofNullable(read(body).path("api_key").textValue()).filter(key -> !key.isEmpty());
    }
}
