package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComponentPageTest {

    private static final Path PAGE = Path.of("src/main/docs/roboflow-component.adoc");
    private static final Path REFRESHED = Path.of("target/roboflow-component.adoc");

    @Test
    void itsTablesAreTheOnesOfTheCode() throws IOException {
        String page = Files.readString(PAGE);
        Map<String, String> tables = Map.of("component options", Metadata.optionTable(Metadata.component()),
                "endpoint options", Metadata.optionTable(Metadata.endpoint()), "headers", Metadata.headerTable());
        String refreshed = page;
        for (Map.Entry<String, String> table : tables.entrySet()) {
            String start = "// " + table.getKey() + ": START\n";
            String end = "\n// " + table.getKey() + ": END";
            assertThat(page).contains(start, end);
            refreshed = refreshed.replaceFirst("(?s)" + start + ".*?" + end.strip(),
                    Matcher.quoteReplacement(start + table.getValue() + end));
        }
        Files.writeString(REFRESHED, refreshed);

        assertThat(page).as("an option or header has changed: copy " + REFRESHED + " over " + PAGE).isEqualTo(refreshed);
    }

    private static List<String> blocks(String language) throws IOException {
        return Pattern.compile("\\[source," + language + "]\n----\n(.*?)\n----\n", Pattern.DOTALL).matcher(Files.readString(PAGE))
                .results().map(block -> block.group(1)).toList();
    }

    static List<String> yaml() throws IOException {
        return blocks("yaml");
    }

    @ParameterizedTest
    @MethodSource("yaml")
    @SuppressWarnings("try")
    void itsYamlExamplesAreRoutesThatStart(String routes) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext(); FakeEngine engine = new FakeEngine()) {
            RoboflowConfiguration defaults = new RoboflowConfiguration();
            defaults.setEngine(engine);
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

    @Test
    void itsUrisHaveOnlyKnownOptions() throws IOException {
        CamelCatalog catalog = new DefaultCamelCatalog();
        catalog.addComponent("roboflow", RoboflowComponent.class.getName(),
                new String(getClass().getClassLoader().getResourceAsStream(Metadata.RESOURCE).readAllBytes()));
        List<String> uris = Pattern.compile("\"(roboflow:[^\"]+)\"").matcher(String.join("\n", blocks("java"))).results()
                .map((MatchResult uri) -> uri.group(1)).toList();

        assertThat(uris).isNotEmpty()
                .allSatisfy(uri -> assertThat(catalog.validateEndpointProperties(uri).isSuccess()).as(uri).isTrue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"InvalidImageException", "RoboflowUnavailableException", "RoboflowRejectedException",
        "ModelPackageException", "RoboflowException", "IllegalArgumentException"})
    void itTellsOfEveryException(String exception) throws IOException {
        assertThat(Files.readString(PAGE)).contains("| `" + exception + "` |");
    }
}
