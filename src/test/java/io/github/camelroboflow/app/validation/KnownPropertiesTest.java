package io.github.camelroboflow.app.validation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KnownPropertiesTest {

    @ParameterizedTest
    @CsvSource({"inbx, inbox", "queue.brokr, queue.broker", "outbox.retryafter, outbox.retryAfter", "que.broker, queue.broker",
            "s3.dealy, s3.delay", "webhook.secrets, webhook.secret"})
    void aMisspeltOneIsTakenForWhatWasMeant(String given, String meant) {
        assertThat(KnownProperties.suggestion(given)).hasValue(meant);
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
