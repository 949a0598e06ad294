package io.github.camelroboflow.app.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.LogLines;
import io.github.camelroboflow.inference.support.ConfigurationException.ConfigurationErrors;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.PropertiesComponent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KnownPropertiesTest {

    @RegisterExtension
    final LogLines log = new LogLines();

    @ParameterizedTest
    @CsvSource({"inbx, inbox", "queue.brokr, queue.broker", "outbox.retryafter, outbox.retryAfter", "que.broker, queue.broker",
            "s3.dealy, s3.delay", "webhook.secrets, webhook.secret", "mdoel, model", "wrok, work"})
    void aMisspeltOneIsTakenForWhatWasMeant(String given, String meant) {
        assertThat(KnownProperties.suggestion(given)).hasValue(meant);
    }

    @Test
    void anOptionOfTheModelsWithoutItsPrefixHadNoEffectAndNoLine() {
        PropertiesComponent properties = new DefaultCamelContext().getPropertiesComponent();
        properties.addInitialProperty("confidence", "0.7");

        KnownProperties.check(properties, new ConfigurationErrors());

        assertThat(log.with("The property confidence has no effect")).singleElement().asString()
                .contains("camel.component.roboflow.confidence");
    }

    /** Includes the properties of Maven and of its test runner. */
    @Test
    void noneOfJavasOwnIsTakenForOne() {
        assertThat(System.getProperties().stringPropertyNames()).isNotEmpty()
                .filteredOn(name -> KnownProperties.suggestion(name).isPresent() && !KnownProperties.NAMES.contains(name))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"basedir", "localRepository", "skipTests", "test", "debug", "encoding", "user", "profile", "revision"})
    void noneThatMavenIsGivenIsTakenForOne(String others) {
        assertThat(KnownProperties.suggestion(others)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"webhook.alerts", "results.archive", "receiver", "my.folder", "user.home", "mode.of.operation", "zone",
            "word"})
    void oneOfARouteIsNotTakenForAnother(String own) {
        assertThat(KnownProperties.suggestion(own)).isEmpty();
    }
}
