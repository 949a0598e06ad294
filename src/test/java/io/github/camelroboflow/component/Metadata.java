package io.github.camelroboflow.component;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What Camel's generator wrote about the component, as tools read it. */
final class Metadata {

    static final String RESOURCE = "META-INF/io/github/camelroboflow/component/roboflow.json";

    private static final JsonNode JSON = read();

    private Metadata() {
    }

    private static JsonNode read() {
        try {
            return new ObjectMapper().readTree(Metadata.class.getClassLoader().getResource(RESOURCE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, JsonNode> component() {
        return section("componentProperties");
    }

    static Map<String, JsonNode> endpoint() {
        return section("properties");
    }

    static Map<String, JsonNode> headers() {
        return section("headers");
    }

    private static Map<String, JsonNode> section(String name) {
        Map<String, JsonNode> entries = new LinkedHashMap<>();
        JSON.path(name).fields().forEachRemaining(entry -> entries.put(entry.getKey(), entry.getValue()));
        return entries;
    }

    static String optionTable(Map<String, JsonNode> options) {
        List<String> lines = new ArrayList<>(List.of("[width=\"100%\",cols=\"3,6,2,2\",options=\"header\"]", "|===",
                "| Option | Description | Default | Type"));
        options.forEach((name, json) -> lines.add("| `" + name + "` (" + json.path("group").asText() + ") | "
                + (json.path("required").asBoolean() ? "*Required.* " : "") + escaped(json.path("description").asText()) + " | "
                + code(json.path("defaultValue").asText()) + " | " + type(json)));
        lines.add("|===");
        return String.join("\n", lines);
    }

    static String headerTable() {
        List<String> lines = new ArrayList<>(List.of("[width=\"100%\",cols=\"3,6,2\",options=\"header\"]", "|===",
                "| Header | Description | Type"));
        headers().forEach((name, json) -> lines.add("| `" + name + "` | " + escaped(json.path("description").asText()) + " | "
                + code(json.path("javaType").asText())));
        lines.add("|===");
        return String.join("\n", lines);
    }

    private static String code(String text) {
        return text.isEmpty() ? "" : "`" + escaped(text) + "`";
    }

    /** A bar would begin the next cell. */
    private static String escaped(String text) {
        return text.replace("|", "\\|");
    }

    private static String type(JsonNode json) {
        String java = json.path("javaType").asText();
        return json.has("enum") ? "enum" : json.path("type").asText().equals("duration") ? "duration"
                : java.substring(java.lastIndexOf('.') + 1);
    }
}
