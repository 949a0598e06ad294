package io.github.camelroboflow.component;

import static io.github.camelroboflow.inference.InferenceOption.CONFIDENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.component.RoboflowConfiguration.InferenceRuntime;
import io.github.camelroboflow.component.RoboflowConfiguration.WhenFull;
import io.github.camelroboflow.component.fixture.FakeEngine;
import java.util.Properties;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AutoconfigurationTest {

    private final Main main = new Main();

    @AfterEach
    void stop() {
        main.stop();
    }

    private RoboflowConfiguration configured(String... keysAndValues) {
        Properties properties = new Properties();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.setProperty("camel.component.roboflow." + keysAndValues[i], keysAndValues[i + 1]);
        }
        main.setInitialProperties(properties);
        main.bind("fake", new FakeEngine());
        main.start();
        return main.getCamelContext().getEndpoint("roboflow:parts/1", RoboflowEndpoint.class).getConfiguration();
    }

    @Test
    void propertiesAreTheDefaultsOfAllEndpoints() {
        RoboflowConfiguration configuration = configured("confidence", "60%", "runtime", "embedded", "models-directory", "m",
                "maxConcurrentRequests", "3", "whenFull", "fail", "requestTimeout", "5s", "engine", "#fake");

        assertThat(configuration.inferenceOptions().get(CONFIDENCE)).isEqualTo(0.6);
        assertThat(configuration.getRuntime()).isEqualTo(InferenceRuntime.EMBEDDED);
        assertThat(configuration.getModelsDirectory()).isEqualTo("m");
        assertThat(configuration.concurrencyLimit()).isEqualTo(3);
        assertThat(configuration.getWhenFull()).isEqualTo(WhenFull.FAIL);
        assertThat(configuration.getRequestTimeout()).isEqualTo(5000);
        assertThat(configuration.getEngine()).isInstanceOf(FakeEngine.class);
    }

    @Test
    void anUnknownPropertyStopsTheApplication() {
        assertThatThrownBy(() -> configured("confidense", "0.5")).hasStackTraceContaining("confidense");
    }
}
