package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.github.camelroboflow.condition.camel.RoboflowLanguage;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.catalog.EndpointValidationResult;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Camel's tools find our metadata by themselves, and find misspelt options with it. */
class CatalogTest {

    private static final Pattern YAML_BLOCK = Pattern.compile("```yaml\n(.*?)```|\\[source,yaml\\]\n----\n(.*?)\n----",
            Pattern.DOTALL);

    /** A catalog that knows only the library's jar on its class path, as the plugin camel-report does. */
    private final CamelCatalog catalog = new DefaultCamelCatalog();

    private static String resource(String path) throws IOException {
        try (InputStream stream = CatalogTest.class.getClassLoader().getResourceAsStream(path)) {
            assertThat(stream).as(path).isNotNull();
            return new String(stream.readAllBytes());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"roboflow:parts/1?confidnce=0.5", "roboflow-workflow:w/x?apiKy=k", "roboflow-upload:parts?tagz=a",
        "roboflow-server:localhost:9001?keyz=k"})
    void aMisspeltOptionIsFound(String uri) {
        String option = uri.replaceAll(".*\\?(.*)=.*", "$1");

        assertThat(catalog.validateEndpointProperties(uri).getUnknown()).containsExactly(option);
    }

    @ParameterizedTest
    @ValueSource(strings = {"roboflow:parts/1?confidence=0.5", "roboflow-workflow:w/x?apiKey=k", "roboflow-upload:parts?tag=a",
        "roboflow-server:localhost:9001?keys=k"})
    void aCorrectUriIsValid(String uri) {
        assertThat(catalog.validateEndpointProperties(uri).isSuccess()).isTrue();
    }

    @Test
    void aComponentAddedByItsClassIsFoundBesideTheClass() throws IOException {
        String path = "io/github/camelroboflow/component/roboflow.json";

        assertThat(resource(path)).isEqualTo(resource("META-INF/" + path))
                .isEqualTo(resource("org/apache/camel/catalog/components/roboflow.json"));
    }

    @Test
    void theContextFindsComponentLanguageTransformersAndFunction() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            assertThat(context.getComponentParameterJsonSchema("roboflow")).contains("\"confidence\"");
            assertThat(context.getLanguageParameterJsonSchema("roboflow")).contains("detects(condition)");
            assertThat(context.getTransformerParameterJsonSchema("application-x-roboflow-json")).contains("JsonTransformer");
            assertThat(context.getTransformerParameterJsonSchema("image-jpeg")).contains("AnnotatedImageTransformer");
            assertThat(context.getPojoBeanParameterJsonSchema("DetectsFunction")).contains("org.apache.camel.spi.SimpleFunction");
        }
    }

    @Test
    void theLanguagesMetadataIsOfTheLanguageAndOfThisVersion() throws IOException {
        JsonNode language = new ObjectMapper().readTree(catalog.languageJSonSchema("roboflow")).path("language");
        Properties built = new Properties();
        built.load(new StringReader(resource("META-INF/services/org/apache/camel/language.properties")));

        assertThat(language.path("javaType").textValue()).isEqualTo(RoboflowLanguage.class.getName());
        assertThat(language.path("version").textValue()).as("change it in src/main/resources/META-INF/…/roboflow.json")
                .isEqualTo(built.getProperty("version"));
    }

    static Stream<Path> files() throws IOException {
        List<Path> files = new ArrayList<>(List.of(Path.of("README.md")));
        for (String folder : List.of("src/main/docs", "routes", "src/main/resources/kamelets")) {
            try (Stream<Path> all = Files.list(Path.of(folder))) {
                all.forEach(files::add);
            }
        }
        return files.stream().filter(file -> file.toString().matches(".*\\.(md|adoc|yaml)"));
    }

    @ParameterizedTest
    @MethodSource("files")
    void ourYamlNamesOnlyOptionsThatThereAre(Path file) throws Exception {
        String text = Files.readString(file);
        List<String> blocks = file.toString().endsWith(".yaml") ? List.of(text) : YAML_BLOCK.matcher(text).results()
                .map(block -> block.group(1) == null ? block.group(2) : block.group(1)).toList();
        List<String> uris = new ArrayList<>();
        for (String block : blocks) {
            collect(new ObjectMapper(new YAMLFactory()).readTree(block), uris);
        }

        assertThat(uris).allSatisfy(uri -> {
            EndpointValidationResult result = catalog.validateEndpointProperties(uri);
            assertThat(result.hasErrors() && result.getUnknown() != null).as(uri + " " + result.getUnknown()).isFalse();
        });
    }

    @Test
    void aMisspeltOptionInYamlIsFound() throws Exception {
        List<String> uris = new ArrayList<>();
        collect(new ObjectMapper(new YAMLFactory()).readTree("""
                - from:
                    uri: file:inbox
                    steps:
                      - to:
                          uri: roboflow
                          parameters:
                            target: parts/1
                            runtim: embedded
                """), uris);

        assertThat(uris).hasSize(2);
        assertThat(catalog.validateEndpointProperties(uris.get(1)).getUnknown()).containsExactly("runtim");
    }

    /** Adds the URIs of endpoints whose options Camel's catalog knows. */
    private void collect(JsonNode node, List<String> uris) throws Exception {
        if (node.path("uri").isTextual()) {
            String uri = node.path("uri").textValue();
            String scheme = uri.replaceFirst(":.*", "");
            if (catalog.findComponentNames().contains(scheme) || scheme.startsWith("roboflow")) {
                Map<String, String> options = new LinkedHashMap<>();
                if (uri.contains(":")) {
                    options.putAll(catalog.endpointProperties(uri));
                }
                node.path("parameters").fields()
                        .forEachRemaining(option -> options.put(option.getKey(), option.getValue().asText()));
                if (!scheme.equals("kamelet")) {
                    uris.add(catalog.asEndpointUri(scheme, options, false));
                }
            }
        }
        for (JsonNode child : node) {
            collect(child, uris);
        }
    }
}
