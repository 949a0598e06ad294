package io.github.camelroboflow.server;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.camelroboflow.inference.support.Json;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads and validates the parameters of a request, from its query or its JSON. Errors have the form and words of pydantic, the
 * validator of Roboflow's server, so that clients can read them.
 */
final class RequestParameters {

    /** Uses possessive quantifiers, since backtracking over many digits would take forever. */
    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d++\\.?\\d*+|\\.\\d++)(e[+-]?\\d++)?|[+-]?(inf(inity)?|nan)");
    private static final Pattern INTEGER = Pattern.compile("[+-]?\\d{1,18}(\\.0*)?");
    private static final Set<String> TRUE = Set.of("1", "true", "t", "on", "yes", "y");
    private static final Set<String> FALSE = Set.of("0", "false", "f", "off", "no", "n");

    private final String place;
    private final Function<String, JsonNode> values;
    private final ArrayNode errors = ServerResponse.JSON.createArrayNode();

    private RequestParameters(String place, Function<String, JsonNode> values) {
        this.place = place;
        this.values = values;
    }

    static RequestParameters ofQuery(Map<String, String> query) {
        return new RequestParameters("query", name -> query.containsKey(name) ? TextNode.valueOf(query.get(name)) : null);
    }

    static RequestParameters ofJson(ObjectNode body) {
        return new RequestParameters("body", name -> body.path(name).isNull() ? null : body.get(name));
    }

    /**
     * Refuses the request if parameters are invalid.
     *
     * @throws ResponseException with status 422 and all errors so far, if there are any
     */
    void check() {
        if (!errors.isEmpty()) {
            throw ResponseException.unprocessable(errors);
        }
    }

    double number(String name, double defaultValue) {
        JsonNode value = values.apply(name);
        if (value == null) {
            return defaultValue;
        }
        Double number = number(value);
        if (number == null) {
            wrongNumber(value, name);
            return defaultValue;
        }
        return number;
    }

    /** Reads a number, or a word that stands for the default value. */
    double numberOr(List<String> words, String name, double defaultValue) {
        JsonNode value = values.apply(name);
        if (value == null || value.isTextual() && words.contains(value.asText())) {
            return defaultValue;
        }
        Double number = number(value);
        if (number == null) {
            wrongNumber(value, name, "float");
            wrongWord(value, words, name,
                    words.stream().map(word -> "'" + word + "'").collect(Collectors.joining(",", "literal[", "]")));
            return defaultValue;
        }
        return number;
    }

    int integer(String name, int defaultValue) {
        JsonNode value = values.apply(name);
        if (value == null) {
            return defaultValue;
        }
        String text = value.asText().strip();
        if (value.isContainerNode() || value.isBoolean() || !INTEGER.matcher(text).matches()) {
            error("int_parsing", "Input should be a valid integer, unable to parse string as an integer", value, name);
            return defaultValue;
        }
        long number = Long.parseLong(text.replaceFirst("\\..*", ""));
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, number));
    }

    boolean flag(String name, boolean defaultValue) {
        JsonNode value = values.apply(name);
        if (value == null) {
            return defaultValue;
        }
        String text = value.asText().toLowerCase(Locale.ROOT);
        if (!TRUE.contains(text) && !FALSE.contains(text)) {
            error("bool_parsing", "Input should be a valid boolean, unable to interpret input", value, name);
            return defaultValue;
        }
        return TRUE.contains(text);
    }

    /** Reads one of these words. */
    String word(List<String> words, String name, String defaultValue) {
        JsonNode value = values.apply(name);
        if (value == null) {
            return defaultValue;
        }
        if (!words.contains(value.asText())) {
            wrongWord(value, words, name);
            return defaultValue;
        }
        return value.asText();
    }

    String text(String name, String defaultValue) {
        JsonNode value = values.apply(name);
        return value == null ? defaultValue : value.asText();
    }

    /** Returns the value as it is, or {@code null}. */
    JsonNode value(String name) {
        return values.apply(name);
    }

    void missing(String name, JsonNode whole) {
        error("missing", "Field required", whole, name);
    }

    /** Adds the error of an image without a type. */
    void wrongImage() {
        ObjectNode empty = ServerResponse.JSON.createObjectNode();
        error("list_type", "Input should be a valid list", empty, "image", "list[InferenceRequestImage]");
        error("missing", "Field required", empty, "image", "InferenceRequestImage", "type");
    }

    private static Double number(JsonNode value) {
        if (value.isNumber()) {
            return value.asDouble();
        }
        String text = value.asText().strip().toLowerCase(Locale.ROOT);
        if (!value.isTextual() || !NUMBER.matcher(text).matches()) {
            return null;
        }
        return text.contains("nan") ? Double.valueOf(Double.NaN)
                : text.contains("inf") ? text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY
                : Double.valueOf(text);
    }

    private void wrongNumber(JsonNode value, String... where) {
        error("float_parsing", "Input should be a valid number, unable to parse string as a number", value, where);
    }

    private void wrongWord(JsonNode value, List<String> words, String... where) {
        String expected = words.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" or "));
        error("literal_error", "Input should be " + expected, value, where).putObject("ctx").put("expected", expected);
    }

    private ObjectNode error(String type, String message, JsonNode input, String... where) {
        ObjectNode error = errors.addObject().put("type", type);
        ArrayNode path = error.putArray("loc").add(place);
        for (String step : where) {
            path.add(step);
        }
        error.put("msg", message).set("input", input);
        return error;
    }

    /** Reads request bodies that are JSON. */
    static final class JsonBody {

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
                expected = e.getOriginalMessage().contains("start field name")
                        ? "Expecting property name enclosed in double quotes" : expected;
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
         * Returns the key in the body; empty if there is none. Reads the body of a client that is not authenticated yet as a
         * stream, since it takes many times its size in memory when parsed as a whole.
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
}
