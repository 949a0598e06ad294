package io.github.camelroboflow.delivery.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptedDestinationsTest {

    /** An address in capitals, or with a token as a name, was in the log, the health check and the reports with its token. */
    @ParameterizedTest
    @CsvSource({"https://hooks.example/T0KEN, https://hooks.example", "HTTPS://hooks.example/T0KEN, HTTPS://hooks.example",
            "https://T0KEN@hooks.example/a, https://hooks.example", "https://me:T0KEN@hooks.example/a, https://hooks.example",
            "https://hooks.example:8443?key=T0KEN, https://hooks.example:8443", "jms:queue:alerts?username=T0KEN, jms:queue:alerts",
            "file://data/results, file:data/results"})
    void placesAreToldWithoutWhatMayBeSecretInTheirAddresses(String uri, String place) {
        assertThat(AcceptedDestinations.redactedAddress(uri)).isEqualTo(place);
    }
}
