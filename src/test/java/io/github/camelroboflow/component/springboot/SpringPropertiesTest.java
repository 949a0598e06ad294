package io.github.camelroboflow.component.springboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.component.RoboflowComponent;
import io.github.camelroboflow.component.RoboflowConfiguration;
import io.github.camelroboflow.component.RoboflowConfiguration.InferenceRuntime;
import io.github.camelroboflow.component.fixture.FakeEngine;
import io.github.camelroboflow.component.fixture.GeneratedMetadata;
import io.github.camelroboflow.component.server.RoboflowServerComponent;
import io.github.camelroboflow.component.springboot.RoboflowAutoConfiguration.RefusalAnalyzer;
import io.github.camelroboflow.component.springboot.RoboflowAutoConfiguration.RefusedPropertyException;
import io.github.camelroboflow.component.upload.UploadComponent;
import io.github.camelroboflow.component.workflow.WorkflowComponent;
import io.github.camelroboflow.inference.InferenceOptions.ResultFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.ComponentCustomizer;
import org.apache.camel.util.StringHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

class SpringPropertiesTest {

    private final CamelContext camel = new DefaultCamelContext();
    private final StandardEnvironment environment = new StandardEnvironment();

    @AfterEach
    void close() {
        camel.stop();
    }

    private ComponentCustomizer customizer(Map<String, Object> properties) {
        environment.getPropertySources().addFirst(new MapPropertySource("application.yaml", properties));
        ConfigurationPropertySources.attach(environment);
        return new RoboflowAutoConfiguration().roboflowComponentCustomizer(environment);
    }

    private <T extends Component> T configured(T component, Map<String, Object> properties) {
        ComponentCustomizer customizer = customizer(properties);
        component.setCamelContext(camel);
        component.build();
        assertThat(customizer.isEnabled("any", component)).isTrue();
        customizer.configure("any", component);
        return component;
    }

    private RoboflowConfiguration roboflow(Map<String, Object> properties) {
        return configured(new RoboflowComponent(), properties).getConfiguration();
    }

    @Test
    void appliesPropertiesInAnyOfSpringBootsForms() {
        RoboflowConfiguration options = roboflow(Map.of("camel.component.roboflow.runtime", "embedded",
                "camel.component.roboflow.models-directory", "${home}/models", "home", "/srv",
                "camel.component.roboflow.maxDetections", 7, "camel.component.roboflow.request_timeout", "5s",
                "camel.component.roboflow.FORMAT", "image_and_json",
                "camel.component.roboflow.classes[0]", "gear", "camel.component.roboflow.classes[1]", "bolt"));

        assertThat(options.getRuntime()).isEqualTo(InferenceRuntime.EMBEDDED);
        assertThat(options.getModelsDirectory()).isEqualTo("/srv/models");
        assertThat(options.getMaxDetections()).isEqualTo(7);
        assertThat(options.getRequestTimeout()).isEqualTo(Duration.ofSeconds(5).toMillis());
        assertThat(options.getFormat()).isEqualTo(ResultFormat.IMAGE_AND_JSON);
        assertThat(options.getClasses()).isEqualTo("gear,bolt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"CAMEL_COMPONENT_ROBOFLOW_APIURL", "CAMEL_COMPONENT_ROBOFLOW_API_URL"})
    void appliesEnvironmentVariables(String name) {
        environment.getPropertySources().replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                new SystemEnvironmentPropertySource("systemEnvironment", Map.of(name, "http://localhost:9001")));

        assertThat(roboflow(Map.of()).getApiUrl()).isEqualTo("http://localhost:9001");
    }

    @Test
    void takesBeansAndCamelsOwnPlaceholders() {
        FakeEngine engine = new FakeEngine();
        camel.getRegistry().bind("mine", engine);
        camel.getPropertiesComponent().addInitialProperty("where", "models");
        RoboflowConfiguration configuration = new RoboflowConfiguration();
        configuration.setMaxDetections(5);
        camel.getRegistry().bind("defaults", configuration);

        RoboflowConfiguration options = roboflow(Map.of("camel.component.roboflow.engine", "#bean:mine",
                "camel.component.roboflow.configuration", "#bean:defaults",
                "camel.component.roboflow.models-directory", "/opt/{{where}}"));

        assertThat(options.getEngine()).isSameAs(engine);
        assertThat(options.getModelsDirectory()).isEqualTo("/opt/models");
        assertThat(options.getMaxDetections()).isEqualTo(5);
    }

    @Test
    void appliesThePropertiesOfTheOtherSchemes() {
        assertThat(configured(new RoboflowServerComponent(), Map.of("camel.component.roboflow-server.max-connections", "9"))
                .getConfiguration().getMaxConnections()).isEqualTo(9);
        assertThat(configured(new WorkflowComponent(), Map.of("camel.component.roboflow-workflow.max-retries", "4"))
                .getConfiguration().getMaxRetries()).isEqualTo(4);
        assertThat(configured(new UploadComponent(), Map.of("camel.component.roboflow-upload.max-retries", "4"))
                .getConfiguration().getMaxRetries()).isEqualTo(4);
    }

    @Test
    void canBeSwitchedOff() {
        ComponentCustomizer customizer = customizer(Map.of("camel.component.roboflow.enabled", "false"));

        assertThat(customizer.isEnabled("roboflow", new RoboflowComponent())).isFalse();
        assertThat(customizer.isEnabled("roboflow-upload", new UploadComponent())).isTrue();
    }

    @Test
    void refusesNamesThatAreNoOptions() {
        assertThatThrownBy(() -> customizer(Map.of("camel.component.roboflow.confidance", "0.5")))
                .hasMessageStartingWith("camel.component.roboflow.confidance (")
                .hasMessageEndingWith(") is no option of the component roboflow: did you mean"
                        + " camel.component.roboflow.confidence?");
        assertThatThrownBy(() -> customizer(Map.of("camel.component.roboflow-server.api.url", "x")))
                .hasMessageContaining("camel.component.roboflow-server.api.url (")
                .hasMessageContaining(" is no option of the component roboflow-server, which has ");
        assertThatThrownBy(() -> customizer(Map.of("camel.language.roboflow.trim", "true")))
                .hasMessageContaining("camel.language.roboflow.trim (")
                .hasMessageContaining(" is no option of the language roboflow, which has none");
    }

    @Test
    void refusesMisspeltVariables() {
        environment.getPropertySources().replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                new SystemEnvironmentPropertySource("systemEnvironment", Map.of("CAMEL_COMPONENT_ROBOFLOW_APIKEI", "a-secret",
                        "CAMEL_COMPONENT_ROBOFLOW_SERVER_MAX_CONNECTIONS", "9")));

        assertThatThrownBy(() -> customizer(Map.of())).hasMessageStartingWith("camel.component.roboflow.apikei ")
                .hasMessageNotContainingAny("a-secret", "roboflow.server");
    }

    @Test
    void saysWhichValueCannotBeUsed() {
        assertThatThrownBy(() -> roboflow(Map.of("camel.component.roboflow.max-detections", "many")))
                .isInstanceOf(RefusedPropertyException.class)
                .hasMessage("camel.component.roboflow.max-detections=many can't be used: For input string: \"many\"");
    }

    @Test
    void aRefusalIsShownWithoutAStackTrace() {
        RefusedPropertyException refusal = new RefusedPropertyException("what is wrong", null);

        assertThat(new RefusalAnalyzer().analyze(new IllegalStateException("creating a bean", refusal)).getDescription())
                .isEqualTo("what is wrong");
    }

    @Test
    void theExampleOfThePageIsAccepted() throws IOException {
        String page = Files.readString(Path.of("src/main/docs/roboflow-component.adoc"));
        String yaml = page.substring(page.indexOf("\ncamel:\n"));
        new YamlPropertySourceLoader().load("the page", new ByteArrayResource(yaml.substring(0, yaml.indexOf("\n----"))
                .getBytes(StandardCharsets.UTF_8))).forEach(environment.getPropertySources()::addLast);
        RoboflowConfiguration options = roboflow(Map.of());

        assertThat(options.getRuntime()).isEqualTo(InferenceRuntime.EMBEDDED);
        assertThat(options.getModelsDirectory()).isEqualTo("/srv/models");
        assertThat(options.getConfidence()).isEqualTo("30%");
        assertThat(options.getClasses()).isEqualTo("person,helmet");
    }

    static Stream<String> schemes() {
        return Stream.of("roboflow", "roboflow-server", "roboflow-upload", "roboflow-workflow");
    }

    @ParameterizedTest
    @MethodSource("schemes")
    void knowsEveryOptionThatCamelsOwnMetadataHas(String scheme) {
        Map<String, Object> properties = GeneratedMetadata.of(scheme).component().keySet().stream()
                .collect(Collectors.toMap(
                        option -> "camel.component." + scheme + "." + StringHelper.camelCaseToDash(option), option -> "x"));

        assertThat(customizer(properties)).isNotNull();
    }
}
