package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.inference.ImageSize;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.MaskDecodeMode;
import io.github.camelroboflow.inference.ResponseMaskFormat;
import io.github.camelroboflow.inference.ResultFormat;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.spi.ContextServicePlugin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is advertised to tools is there and has an effect, and what has an effect is advertised. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MetadataTest {

    private static final Metadata METADATA = Metadata.of("roboflow");
    private static final Path CLASSES = Path.of("target/classes");
    private static final Path SERVICES = CLASSES.resolve("META-INF/services");

    /** What an option with that value makes an engine be asked. */
    private static final Map<String, Map.Entry<String, Object>> ASKED = Map.ofEntries(asked("confidence", "60%", 0.6),
            asked("overlap", "0.5", 0.5), asked("maxDetections", "7", 7), asked("classes", "gear,bolt", List.of("gear", "bolt")),
            asked("classAgnosticNms", "true", true), asked("disablePreprocAutoOrient", "true", true),
            asked("disablePreprocContrast", "true", true), asked("disablePreprocGrayscale", "true", true),
            asked("disablePreprocStaticCrop", "true", true), asked("allowTruncatedImages", "true", true),
            asked("maxPixels", "1000", 1000L),
            asked("format", "image_and_json", ResultFormat.IMAGE_AND_JSON), asked("labels", "true", true), asked("stroke", "3", 3),
            asked("keypointConfidence", "25%", 0.25), asked("maskDecodeMode", "tradeoff", MaskDecodeMode.TRADEOFF),
            asked("tradeoffFactor", "0.5", 0.5), asked("responseMaskFormat", "rle", ResponseMaskFormat.RLE),
            asked("maxImageSize", "1024", 1024), asked("reducedDecoding", "true", true),
            asked("tile", "640x480", new ImageSize(640, 480)),
            asked("tileOverlap", "30%", 0.3),
            asked("requestTimeout", "5s", Duration.ofSeconds(5)));

    /** Options that change something else than what an engine is asked, with the test that shows it. */
    private static final Map<String, Class<?>> ELSEWHERE = Map.ofEntries(elsewhere("target", OptionsTest.class),
            elsewhere("runtime", OptionsTest.class), elsewhere("intraOpThreads", OptionsTest.class),
            elsewhere("executionProvider", OptionsTest.class), elsewhere("maxLoadedModels", OptionsTest.class),
            elsewhere("modelsDirectory", MetadataTest.class),
            elsewhere("maxConcurrentRequests", ConcurrencyTest.class), elsewhere("whenFull", ConcurrencyTest.class),
            elsewhere("failFast", BatchMessagesTest.class), elsewhere("engine", LifecycleTest.class),
            elsewhere("lazyStartProducer", LifecycleTest.class), elsewhere("task", HostedMessagesTest.class),
            elsewhere("cacheTtl", CachedAnswersTest.class), elsewhere("cacheSize", CachedAnswersTest.class),
            elsewhere("imageInput", HostedMessagesTest.class), elsewhere("apiKeyTransport", HostedMessagesTest.class),
            elsewhere("apiKey", HostedConnectionsTest.class), elsewhere("apiUrl", HostedConnectionsTest.class),
            elsewhere("apiKeyFile", HostedConnectionsTest.class),
            elsewhere("connectTimeout", HostedConnectionsTest.class), elsewhere("readTimeout", HostedConnectionsTest.class),
            elsewhere("maxRetries", HostedConnectionsTest.class), elsewhere("retryDelay", HostedConnectionsTest.class),
            elsewhere("maxRetryDelay", HostedConnectionsTest.class), elsewhere("maxRequestsPerSecond", HostedConnectionsTest.class),
            elsewhere("sslContextParameters", HostedTlsTest.class), elsewhere("httpClientConfigurer", HostedConnectionsTest.class),
            elsewhere("httpClient", HostedConnectionsTest.class), elsewhere("weightsUrl", FetchedModelsTest.class),
            elsewhere("weightsTimeout", FetchedModelsTest.class));

    private final Fixture camel = new Fixture();

    @AfterAll
    void stop() {
        camel.close();
    }

    private static Map.Entry<String, Map.Entry<String, Object>> asked(String option, String value, Object expected) {
        return Map.entry(option, Map.entry(value, expected));
    }

    private static Map.Entry<String, Class<?>> elsewhere(String option, Class<?> test) {
        return Map.entry(option, test);
    }

    private static Object component(InferenceOptions options, String name) {
        return Arrays.stream(InferenceOptions.class.getRecordComponents()).filter(part -> part.getName().equals(name)).findFirst()
                .map(part -> value(options, part)).orElseThrow();
    }

    private static Object value(InferenceOptions options, RecordComponent part) {
        try {
            return part.getAccessor().invoke(options);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void everyOptionOfAnEndpointHasAnEffectThatATestShows() {
        Set<String> tested = new HashSet<>(ASKED.keySet());
        tested.addAll(ELSEWHERE.keySet());

        assertThat(tested).isEqualTo(METADATA.endpoint().keySet());
    }

    static Set<String> askedOptions() {
        return ASKED.keySet();
    }

    @ParameterizedTest
    @MethodSource("askedOptions")
    void anOptionChangesWhatTheEngineIsAskedAndNothingElse(String option) {
        Map.Entry<String, Object> row = ASKED.get(option);
        camel.send(Fixture.ENDPOINT + "&" + option + "=" + row.getKey(), new byte[] {1}, Map.of());
        InferenceOptions options = camel.engine.calls.get(camel.engine.calls.size() - 1).options();

        assertThat(component(options, option)).isEqualTo(row.getValue());
        for (RecordComponent other : InferenceOptions.class.getRecordComponents()) {
            if (!other.getName().equals(option)) {
                assertThat(value(options, other)).isEqualTo(value(InferenceOptions.DEFAULTS, other));
            }
        }
    }

    @Test
    void everythingThatAnEngineCanBeAskedIsAnOption() {
        assertThat(Stream.of(InferenceOptions.class.getRecordComponents()).map(RecordComponent::getName))
                .containsExactlyInAnyOrderElementsOf(ASKED.keySet());
    }

    @Test
    void modelsDirectoryIsWhereEmbeddedModelsAreLookedFor() {
        String uri = "roboflow:parts-detect/1?runtime=embedded&modelsDirectory=target/no-models";
        assertThatThrownBy(() -> camel.context.getEndpoint(uri).createProducer().start()).hasStackTraceContaining("no-models");
    }

    @Test
    void theComponentHasTheEndpointsOptionsAndCamelsOwn() {
        Set<String> expected = new HashSet<>(METADATA.endpoint().keySet());
        expected.remove("target");
        expected.addAll(Set.of("configuration", "autowiredEnabled", "healthCheckConsumerEnabled", "healthCheckProducerEnabled",
                "useGlobalSslContextParameters"));

        assertThat(METADATA.component().keySet()).isEqualTo(expected);
    }

    @Test
    void defaultsInTheMetadataAreTheCodes() {
        RoboflowConfiguration code = new RoboflowConfiguration();
        Map<String, Object> defaults = new HashMap<>();
        METADATA.endpoint().forEach((name, json) -> defaults.put(name, json.path("defaultValue").asText(null)));

        assertThat(defaults).containsEntry("confidence", code.getConfidence()).containsEntry("overlap", code.getOverlap())
                .containsEntry("keypointConfidence", code.getKeypointConfidence())
                .containsEntry("tile", code.getTile()).containsEntry("tileOverlap", code.getTileOverlap())
                .containsEntry("maskDecodeMode", code.getMaskDecodeMode().toString())
                .containsEntry("responseMaskFormat", code.getResponseMaskFormat().toString())
                .containsEntry("maxDetections", String.valueOf(code.getMaxDetections()))
                .containsEntry("maxPixels", String.valueOf(code.getMaxPixels())).containsEntry("requestTimeout", "2m")
                .containsEntry("runtime", code.getRuntime().name().toLowerCase(Locale.ROOT))
                .containsEntry("whenFull", code.getWhenFull().name().toLowerCase(Locale.ROOT))
                .containsEntry("modelsDirectory", code.getModelsDirectory()).containsEntry("weightsUrl", code.getWeightsUrl())
                .containsEntry("weightsTimeout", "1h").containsEntry("failFast", "true");
        assertThat(code.getWeightsTimeout()).isEqualTo(Duration.ofHours(1).toMillis());
        assertThat(code.getRequestTimeout()).isEqualTo(Duration.ofMinutes(2).toMillis());
    }

    @Test
    void everyAdvertisedHeaderIsWrittenOrReadAndNoOther() {
        camel.engine.answers(InferenceJson.read("{\"inference_id\":\"i\",\"time\":1,\"image\":{\"width\":9,\"height\":9},"
                + "\"predictions\":[{\"x\":1,\"class\":\"gear\",\"confidence\":1}]}"));
        Set<String> written = new HashSet<>(camel.send(new byte[] {1}).getMessage().getHeaders().keySet());
        written.remove(Exchange.CONTENT_TYPE);
        String refusal = camel.send(Fixture.ENDPOINT, new byte[] {1}, Map.of("CamelRoboflowOptionNone", 1)).getException()
                .getMessage();
        Set<String> read = Set.of(refusal.substring(refusal.indexOf('[') + 1, refusal.indexOf(']')).split(", "));

        assertThat(METADATA.headers().keySet()).isEqualTo(Stream.of(written, read).flatMap(Set::stream)
                .collect(Collectors.toSet()));
    }

    static List<Path> serviceFiles() throws IOException {
        try (Stream<Path> files = Files.walk(SERVICES)) {
            return files.filter(Files::isRegularFile).map(SERVICES::relativize).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("serviceFiles")
    void everyClassThatAServiceFileNamesIsThere(Path file) throws IOException {
        List<String> names = Files.readAllLines(SERVICES.resolve(file)).stream().filter(line -> !line.startsWith("#"))
                .filter(line -> line.startsWith("class=") || !line.contains("=") && !line.isBlank())
                .map(line -> line.replaceFirst("class=", "")).toList();

        assertThat(names).allSatisfy(name -> assertThat(CLASSES.resolve(name.replace('.', '/') + ".class")).exists());
    }

    @Test
    void camelsToolsFindWhatTheyLookFor() throws IOException {
        assertThat(serviceFiles()).map(file -> file.toString().replace('\\', '/')).contains("org/apache/camel/component.properties",
                "org/apache/camel/language.properties", "org/apache/camel/component/roboflow", "org/apache/camel/language/roboflow",
                "org/apache/camel/configurer/roboflow-component", "org/apache/camel/configurer/roboflow-endpoint",
                "org/apache/camel/urifactory/roboflow-endpoint", "org/apache/camel/TypeConverterLoader",
                ContextServicePlugin.class.getName());
        Properties found = new Properties();
        found.load(Files.newBufferedReader(SERVICES.resolve("org/apache/camel/component.properties")));
        assertThat(found.getProperty("components").split(" ")).containsExactlyInAnyOrder("roboflow", "roboflow-server",
                "roboflow-upload", "roboflow-workflow");
        assertThat(found).containsEntry("artifactId", "camel-roboflow");
    }
}
