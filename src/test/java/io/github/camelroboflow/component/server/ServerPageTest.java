package io.github.camelroboflow.component.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.component.InferenceRuntime;
import io.github.camelroboflow.component.RoboflowComponent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page tells of what is there. */
class ServerPageTest {

    private static final Path PAGE = Path.of("src/main/docs/roboflow-server-component.adoc");
    private static final Path REFRESHED = Path.of("target/roboflow-server-component.adoc");
    private static final String RESOURCE = "META-INF/io/github/camelroboflow/component/server/roboflow-server.json";

    private static JsonNode metadata() throws IOException {
        return new ObjectMapper().readTree(ServerPageTest.class.getClassLoader().getResource(RESOURCE));
    }

    private static String table(String columns, String head, JsonNode entries, Function<Map.Entry<String, JsonNode>, String> row) {
        return entries.properties().stream().map(row)
                .collect(Collectors.joining("\n", "[width=\"100%\",cols=\"" + columns + "\",options=\"header\"]\n|===\n" + head + "\n",
                        "\n|==="));
    }

    private static String options(JsonNode entries) {
        return table("3,6,2,2", "| Option | Description | Default | Type", entries, entry -> {
            JsonNode json = entry.getValue();
            String java = json.path("javaType").asText();
            return "| `" + entry.getKey() + "` (" + json.path("group").asText() + ") | "
                    + (json.path("required").asBoolean() ? "*Required.* " : "") + json.path("description").asText() + " | "
                    + code(json.path("defaultValue").asText()) + " | "
                    + (json.path("type").asText().equals("duration") ? "duration" : java.substring(java.lastIndexOf('.') + 1));
        });
    }

    private static String headers(JsonNode entries) {
        return table("3,6,2", "| Header | Description | Type", entries, entry -> "| `" + entry.getKey() + "` | "
                + entry.getValue().path("description").asText() + " | " + code(entry.getValue().path("javaType").asText()));
    }

    private static String code(String text) {
        return text.isEmpty() ? "" : "`" + text + "`";
    }

    @Test
    void itsTablesAreTheOnesOfTheCode() throws IOException {
        String page = Files.readString(PAGE);
        String refreshed = page;
        for (Map.Entry<String, String> table : Map.of("component options", options(metadata().path("componentProperties")),
                "endpoint options", options(metadata().path("properties")), "headers", headers(metadata().path("headers"))).entrySet()) {
            String start = "// " + table.getKey() + ": START\n";
            String end = "// " + table.getKey() + ": END";
            assertThat(page).contains(start, end);
            refreshed = refreshed.replaceFirst("(?s)" + start + ".*?" + end,
                    Matcher.quoteReplacement(start + table.getValue() + "\n" + end));
        }
        Files.writeString(REFRESHED, refreshed);

        assertThat(page).as("an option or header has changed: copy " + REFRESHED + " over " + PAGE).isEqualTo(refreshed);
    }

    static List<String> yaml() throws IOException {
        return Pattern.compile("\\[source,yaml]\n----\n(.*?)\n----\n", Pattern.DOTALL).matcher(Files.readString(PAGE)).results()
                .map(block -> block.group(1)).toList();
    }

    @ParameterizedTest
    @MethodSource("yaml")
    @SuppressWarnings("try")
    void itsYamlExamplesAreRoutesThatStart(String routes) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getComponent("roboflow", RoboflowComponent.class).getConfiguration().setRuntime(InferenceRuntime.EMBEDDED);
            context.setAutoStartup(false);
            PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("page.camel.yaml", routes));
            context.start();
            assertThat(context.getRoutes()).hasSize(1);
        }
    }

    @Test
    void defaultsInTheMetadataAreTheCodes() throws IOException {
        RoboflowServerConfiguration code = new RoboflowServerConfiguration();
        Function<String, String> stated = name -> {
            try {
                return metadata().at("/properties/" + name + "/defaultValue").asText();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        };

        assertThat(stated.apply("maxModels")).isEqualTo(String.valueOf(code.getMaxModels()));
        assertThat(stated.apply("maxRequests")).isEqualTo(String.valueOf(code.getMaxRequests()));
        assertThat(stated.apply("maxRequestSize")).isEqualTo(String.valueOf(code.getMaxRequestSize()));
        assertThat(stated.apply("maxConnections")).isEqualTo(String.valueOf(code.getMaxConnections()));
        assertThat(stated.apply("imageUrls")).isEqualTo(String.valueOf(code.isImageUrls()));
        assertThat(List.of(stated.apply("receiveTimeout"), stated.apply("idleTimeout"), stated.apply("stopTimeout")))
                .containsExactly("1m", "1m", "30s");
        assertThat(List.of(code.getReceiveTimeout(), code.getIdleTimeout(), code.getStopTimeout()))
                .containsExactly(60_000L, 60_000L, 30_000L);
    }

    @Test
    void theComponentHasTheEndpointsOptions() throws IOException {
        Set<String> expected = new HashSet<>();
        metadata().path("properties").fieldNames().forEachRemaining(expected::add);
        expected.removeAll(Set.of("host", "port", "exceptionHandler", "exchangePattern"));
        expected.addAll(Set.of("configuration", "autowiredEnabled"));
        Iterable<String> names = () -> {
            try {
                return metadata().path("componentProperties").fieldNames();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        };

        assertThat(StreamSupport.stream(names.spliterator(), false).collect(Collectors.toSet())).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"InvalidImageException", "UnknownModelException", "RoboflowUnavailableException",
                            "RoboflowRejectedException", "ModelPackageException"})
    void itTellsOfEveryException(String exception) throws IOException {
        assertThat(Files.readString(PAGE)).contains("| `" + exception + "` |");
    }
}
