package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.component.fixture.FakeEngine;
import io.github.camelroboflow.component.fixture.GeneratedMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComponentPageTest {

    private static final List<String> SCHEMES = List.of("roboflow", "roboflow-server", "roboflow-upload", "roboflow-workflow");

    static List<String> schemes() {
        return SCHEMES;
    }

    private static Path page(String scheme) {
        return Path.of("src/main/docs", scheme + "-component.adoc");
    }

    @ParameterizedTest
    @MethodSource("schemes")
    void itsTablesAreTheOnesOfTheCode(String scheme) throws IOException {
        GeneratedMetadata metadata = GeneratedMetadata.of(scheme);
        Path refreshedPage = Path.of("target", scheme + "-component.adoc");
        String page = Files.readString(page(scheme));
        Map<String, String> tables = Map.of("component options", GeneratedMetadata.optionTable(metadata.component()),
                "endpoint options", GeneratedMetadata.optionTable(metadata.endpoint()), "headers", metadata.headerTable());
        String refreshed = page;
        for (Map.Entry<String, String> table : tables.entrySet()) {
            String start = "// " + table.getKey() + ": START\n";
            String end = "\n// " + table.getKey() + ": END";
            assertThat(page).contains(start, end);
            refreshed = refreshed.replaceFirst("(?s)" + start + ".*?" + end.strip(),
                    Matcher.quoteReplacement(start + table.getValue() + end));
        }
        Files.writeString(refreshedPage, refreshed);

        assertThat(page).as("an option or header has changed: copy " + refreshedPage + " over " + page(scheme))
                .isEqualTo(refreshed);
    }

    private static List<String> blocks(String scheme, String language) throws IOException {
        return Pattern.compile("\\[source," + language + "]\n----\n(.*?)\n----\n", Pattern.DOTALL)
                .matcher(Files.readString(page(scheme))).results().map(block -> block.group(1)).toList();
    }

    static List<String> yaml() throws IOException {
        List<String> routes = new ArrayList<>();
        for (String scheme : SCHEMES) {
            // others are configurations
            blocks(scheme, "yaml").stream().filter(block -> block.startsWith("- ")).forEach(routes::add);
        }
        return routes;
    }

    @ParameterizedTest
    @MethodSource("yaml")
    @SuppressWarnings("try")
    void itsYamlExamplesAreRoutesThatStart(String routes) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext(); FakeEngine engine = new FakeEngine()) {
            RoboflowConfiguration defaults = new RoboflowConfiguration();
            defaults.setEngine(engine);
            defaults.setApiKey("test-key");
            context.getComponent("roboflow", RoboflowComponent.class).setConfiguration(defaults);
            Properties properties = new Properties();
            properties.setProperty("my.key", "none");
            context.getPropertiesComponent().setInitialProperties(properties);
            context.setAutoStartup(false);
            PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("page.camel.yaml", routes));
            context.start();
            assertThat(context.getRoutes()).hasSize(1);
        }
    }

    @ParameterizedTest
    @MethodSource("schemes")
    void itsUrisHaveOnlyKnownOptions(String scheme) throws IOException {
        CamelCatalog catalog = new DefaultCamelCatalog();
        for (String each : SCHEMES) {
            GeneratedMetadata metadata = GeneratedMetadata.of(each);
            catalog.addComponent(each, metadata.componentClass(), metadata.toString());
        }
        List<String> uris = Pattern.compile("\"(roboflow[a-z-]*:[^\"]+)\"").matcher(String.join("\n", blocks(scheme, "java")))
                .results().map((MatchResult uri) -> uri.group(1)).toList();

        assertThat(uris).isNotEmpty()
                .allSatisfy(uri -> assertThat(catalog.validateEndpointProperties(uri).isSuccess()).as(uri).isTrue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"InvalidImageException", "RoboflowUnavailableException", "RoboflowRejectedException",
        "ModelPackageException", "RoboflowException", "IllegalArgumentException"})
    void itDescribesEveryException(String exception) throws IOException {
        assertThat(Files.readString(page("roboflow"))).contains("| `" + exception + "` |");
    }
}
