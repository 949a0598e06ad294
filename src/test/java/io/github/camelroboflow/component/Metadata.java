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
public final class Metadata {

    private final JsonNode json;

    private Metadata(JsonNode json) {
        this.json = json;
    }

    /** Of a component by its scheme. */
    public static Metadata of(String scheme) {
        String resource = "META-INF/io/github/camelroboflow/component"
                + scheme.replaceFirst("roboflow-?", "/").replaceFirst("/$", "")
                + "/" + scheme + ".json";
        try {
            return new Metadata(new ObjectMapper().readTree(Metadata.class.getClassLoader().getResource(resource)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Map<String, JsonNode> component() {
        return section("componentProperties");
    }

    public Map<String, JsonNode> endpoint() {
        return section("properties");
    }

    public Map<String, JsonNode> headers() {
        return section("headers");
    }

    private Map<String, JsonNode> section(String name) {
        Map<String, JsonNode> entries = new LinkedHashMap<>();
        json.path(name).fields().forEachRemaining(entry -> entries.put(entry.getKey(), entry.getValue()));
        return entries;
    }

    /** The Java class of the component. */
    String componentClass() {
        return json.path("component").path("javaType").asText();
    }

    @Override
    public String toString() {
        return json.toString();
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

    String headerTable() {
        List<String> lines = new ArrayList<>(List.of("[width=\"100%\",cols=\"3,6,2\",options=\"header\"]", "|===",
                "| Header | Description | Type"));
        headers().forEach((name, header) -> lines.add("| `" + name + "` | " + escaped(header.path("description").asText()) + " | "
                + code(header.path("javaType").asText())));
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
