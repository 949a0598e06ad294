package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.catalog.EndpointValidationResult;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The shipped route files are what Camel's own tools take for right, and say at their beginning what they do. */
class RouteFilesIT {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final JsonSchema SCHEMA = schema();
    private static final CamelCatalog CATALOG = catalog();
    private static final Properties PROPERTIES = properties();
    private static final Pattern DEFAULT = Pattern.compile("\\{\\{([\\w.]+):(.*?)\\\\*}}(?!})");

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("routes"))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void followsTheSchemaOfTheYamlDsl(Path file) throws IOException {
        assertThat(file.toString()).endsWith(".camel.yaml");
        assertThat(SCHEMA.validate(YAML.readTree(file.toFile()))).isEmpty();
    }

    static List<Path> filesAndKamelets() throws IOException {
        return Stream.concat(files().stream(), kamelets().stream()).toList();
    }

    @ParameterizedTest
    @MethodSource("filesAndKamelets")
    void givesEndpointsOnlyOptionsThatTheyHave(Path file) throws Exception {
        JsonNode routes = YAML.readTree(file.toFile());
        List<String> uris = new ArrayList<>();
        routes.findValues("setProperty").stream().map(property -> property.at("/expression/constant/expression").asText())
                .filter(uri -> uri.matches("[a-z0-9-]+:.*")).map(uri -> uri.replace("\\{{", "{{").replace("\\}}", "}}"))
                .forEach(uris::add);
        for (JsonNode endpoint : routes.findParents("uri")) {
            uris.add(uri(endpoint));
        }
        for (String uri : uris) {
            EndpointValidationResult result = CATALOG.validateEndpointProperties(uri);
            assertThat(result.isSuccess()).as("%s: %s", uri, result.summaryErrorMessage(false)).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void usesOnlyPropertiesThatAreConfigured(Path file) throws IOException {
        List<String> names = Stream.of(Files.readString(file).split("\\{\\{")).skip(1)
                .map(text -> text.substring(0, text.indexOf("}}")).replace("\\", ""))
                .filter(name -> !name.startsWith("?") && !name.startsWith("env:")).distinct().collect(Collectors.toList());
        YAML.readTree(file.toFile()).findValues("parameters").forEach(parameters -> parameters
                .forEach(parameter -> names.remove(parameter.path("name").asText())));

        assertThat(PROPERTIES.stringPropertyNames()).containsAll(names);
    }

    /** A rename of a class broke the files of users. */
    @ParameterizedTest
    @MethodSource("files")
    void namesNoClass(Path file) throws IOException {
        assertThat(Files.readString(file)).doesNotContain("io.github.camelroboflow");
    }

    @ParameterizedTest
    @MethodSource("files")
    void beginsWithWhatItDoesAndHowToRunIt(Path file) throws IOException {
        String comment = Files.readAllLines(file).stream().takeWhile(line -> line.startsWith("#"))
                .collect(Collectors.joining("\n"));

        assertThat(comment).isNotEmpty();
        assertThat(comment).contains("# Run it:     mvn -q", "# Change it:  ");
    }

    static List<Path> kamelets() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/kamelets"))) {
            return files.sorted().toList();
        }
    }

    /** In the form of Camel's own catalog, from which its tools list them. */
    @ParameterizedTest
    @MethodSource("kamelets")
    void aKameletSaysWhatItIsAndTakes(Path file) throws Exception {
        String text = Files.readString(file);
        JsonNode kamelet = YAML.readTree(text);
        String name = kamelet.at("/metadata/name").asText();
        assertThat(file.getFileName()).hasToString(name + ".kamelet.yaml");
        assertThat(kamelet.path("apiVersion").asText()).isEqualTo("camel.apache.org/v1");
        assertThat(kamelet.path("kind").asText()).isEqualTo("Kamelet");
        assertThat(kamelet.at("/metadata/labels/camel.apache.org~1kamelet.type").asText())
                .isEqualTo(name.contains("-") ? name.substring(name.lastIndexOf('-') + 1) : "sink");
        JsonNode definition = kamelet.at("/spec/definition");
        assertThat(definition.path("title").asText()).isNotEmpty();
        assertThat(definition.path("description").asText()).isNotEmpty();
        definition.path("properties").properties().forEach(property -> {
            assertThat(property.getValue().path("title").asText()).as(property.getKey()).isNotEmpty();
            assertThat(property.getValue().path("description").asText()).as(property.getKey()).isNotEmpty();
            assertThat(property.getValue().path("type").asText()).as(property.getKey()).isIn("string", "boolean", "integer");
            boolean optional = property.getValue().has("default") || text.contains("{{?" + property.getKey() + "}}");
            assertThat(optional).as("%s is required, or has a default, or may be left out", property.getKey())
                    .isNotEqualTo(definition.path("required").toString().contains('"' + property.getKey() + '"'));
        });
        for (JsonNode bean : kamelet.at("/spec/template/beans")) {
            assertThat(Class.forName(bean.path("type").asText().replace("#class:", ""))).isPublic();
        }
        JsonNode template = kamelet.at("/spec/template");
        JsonNode route = template.has("route") ? template.get("route")
                : YAML.createObjectNode().set("from", template.path("from"));
        assertThat(SCHEMA.validate(YAML.createArrayNode().add(YAML.createObjectNode().set("route", route)))).isEmpty();
    }

    /** The properties of the file have the same values as where there is no file. */
    @ParameterizedTest
    @MethodSource("kamelets")
    void aDestinationHasTheShippedValuesOfPropertiesAsItsDefaults(Path file) throws IOException {
        for (MatchResult place : DEFAULT.matcher(Files.readString(file)).results().toList()) {
            assertThat(place.group(2)).as(place.group(1)).isEqualTo(PROPERTIES.getProperty(place.group(1)));
        }
    }

    private static String uri(JsonNode endpoint) throws Exception {
        String uri = endpoint.get("uri").asText();
        if (uri.startsWith("{{")) {
            uri = PROPERTIES.getProperty(uri.substring(2, uri.length() - 2));
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        endpoint.path("parameters").properties().forEach(entry -> parameters.put(entry.getKey(), entry.getValue().asText()));
        if (!uri.contains(":")) {
            return CATALOG.asEndpointUri(uri, parameters, false);
        }
        String query = parameters.entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining("&"));
        return query.isEmpty() ? uri : uri + "?" + query;
    }

    private static JsonSchema schema() {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4)
                .getSchema(RouteFilesIT.class.getResourceAsStream("/schema/camelYamlDsl.json"));
    }

    private static CamelCatalog catalog() {
        CamelCatalog catalog = new DefaultCamelCatalog();
        add(catalog, "roboflow", "", "RoboflowComponent");
        add(catalog, "roboflow-server", "server/", "server.RoboflowServerComponent");
        return catalog;
    }

    private static void add(CamelCatalog catalog, String scheme, String folder, String component) {
        try (InputStream ours = RouteFilesIT.class
                .getResourceAsStream("/META-INF/io/github/camelroboflow/component/" + folder + scheme + ".json")) {
            catalog.addComponent(scheme, "io.github.camelroboflow.component." + component,
                    new String(ours.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Properties properties() {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of("config/application.properties"))) {
            properties.load(reader);
            return properties;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
