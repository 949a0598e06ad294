import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.util.StringHelper;

/**
 * Writes the metadata by which IDEs complete the properties {@code camel.component.roboflow.*} of Spring Boot applications, from
 * those that Camel's generator wrote for each component. The build runs it before it makes the jar.
 */
public final class SpringMetadata {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> BOXES = Map.of("boolean", "java.lang.Boolean", "int", "java.lang.Integer",
            "long", "java.lang.Long", "double", "java.lang.Double");

    private final ObjectNode metadata = JSON.createObjectNode();
    private final ArrayNode groups = metadata.putArray("groups");
    private final ArrayNode properties = metadata.putArray("properties");
    private final ArrayNode hints = metadata.putArray("hints");

    private SpringMetadata() {
    }

    /** @param args the folder of the classes */
    public static void main(String[] args) throws IOException {
        Path classes = Path.of(args[0]);
        SpringMetadata all = new SpringMetadata();
        for (Path component : listed(classes, "component")) {
            all.add(JSON.readTree(component.toFile()));
        }
        for (Path language : listed(classes, "language")) {
            all.addLanguage(JSON.readTree(language.toFile()).path("language"));
        }
        Files.writeString(classes.resolve("META-INF/spring-configuration-metadata.json"),
                all.metadata.toPrettyString().replace("\r\n", "\n") + "\n");
    }

    /** Returns the metadata of each component, or of each language, that Camel's generator lists. */
    private static List<Path> listed(Path classes, String kind) throws IOException {
        Path services = classes.resolve("META-INF/services/org/apache/camel");
        List<Path> found = new ArrayList<>();
        for (String name : properties(services.resolve(kind + ".properties")).getProperty(kind + "s").split(" ")) {
            String type = properties(services.resolve(kind).resolve(name)).getProperty("class");
            found.add(classes.resolve("META-INF/" + type.substring(0, type.lastIndexOf('.')).replace('.', '/') + "/" + name
                    + ".json"));
        }
        return found;
    }

    private static Properties properties(Path file) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            properties.load(in);
        }
        return properties;
    }

    /** Adds the group alone: a language has no properties. */
    private void addLanguage(JsonNode language) {
        String type = language.path("javaType").asText();
        groups.addObject().put("name", "camel.language." + language.path("name").asText()).put("type", type)
                .put("sourceType", type).put("description", language.path("description").asText() + " It has no options.");
    }

    private void add(JsonNode component) {
        String group = "camel.component." + component.path("component").path("scheme").asText();
        String type = component.path("component").path("javaType").asText();
        groups.addObject().put("name", group).put("type", type).put("sourceType", type)
                .put("description", component.path("component").path("description").asText());
        add(group + ".enabled", "Whether the properties of this group are applied to the component.", type);
        add(group + ".customizer.enabled", "Whether customizers are applied to the component, which these properties need, too.",
                type);
        component.path("componentProperties").properties()
                .forEach(option -> add(group + "." + StringHelper.camelCaseToDash(option.getKey()), option.getValue(), type));
    }

    private void add(String name, String description, String source) {
        properties.addObject().put("name", name).put("type", "java.lang.Boolean").put("sourceType", source)
                .put("description", description).put("defaultValue", true);
    }

    private void add(String name, JsonNode option, String source) {
        String type = type(option);
        boolean object = option.path("type").asText().equals("object");
        ObjectNode property = properties.addObject().put("name", name).put("type", type).put("sourceType", source)
                .put("description", option.path("description").asText()
                        + (object ? " The name of a bean of the type " + option.path("javaType").asText() + ": #bean:name." : ""));
        if (option.has("defaultValue")) {
            property.set("defaultValue", typed(option.path("defaultValue"), type));
        }
        if (option.path("deprecated").asBoolean()) {
            property.putObject("deprecation");
        }
        if (option.has("enum")) {
            ArrayNode values = hints.addObject().put("name", name).putArray("values");
            option.path("enum").forEach(value -> values.addObject().put("value", value.asText()));
        }
    }

    /** Returns the type that Spring Boot shows. Camel converts the values, so names of enums and beans are texts. */
    private static String type(JsonNode option) {
        String java = option.path("javaType").asText();
        return option.path("type").asText().equals("duration") ? "java.time.Duration"
                : BOXES.getOrDefault(java, BOXES.containsValue(java) ? java : "java.lang.String");
    }

    private static JsonNode typed(JsonNode value, String type) {
        return switch (type) {
            case "java.lang.Boolean" -> JSON.getNodeFactory().booleanNode(value.asBoolean());
            case "java.lang.Integer", "java.lang.Long" -> JSON.getNodeFactory().numberNode(Long.parseLong(value.asText()));
            case "java.lang.Double" -> JSON.getNodeFactory().numberNode(Double.parseDouble(value.asText()));
            default -> JSON.getNodeFactory().textNode(value.asText());
        };
    }
}
