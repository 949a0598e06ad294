package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationValuesTest {

    @ParameterizedTest
    @ValueSource(strings = {"https://example.com", "http://10.0.0.7:8080/hook?a=b@c", "HTTPS://hooks_of.example/T0KEN",
            "http://[::1]:80/a", "https://bücher.example/ö", "RAW(https://example.com/a?b=c&d=e)", "RAW{https://example.com/a)b}"})
    void aWebhookHasAnAddressOfTheWeb(String url) {
        assertThatCode(() -> DestinationValues.check("webhook", "url", url, null)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"htp:/example.com/T0KEN", "example.com/T0KEN", "http://exa mple.com/T0KEN", "file:/tmp/T0KEN",
            "http:///T0KEN", "http://u:T0KEN@host/a", "http://u:T0/KEN@host/a", "http://host:port/T0KEN", "https:host/T0KEN",
            "RAW(ftp://host/T0KEN)", "host?k=T0KEN"})
    void anyOtherIsRefusedWithoutTellingItsSecrets(String url) {
        assertThatIllegalArgumentException().isThrownBy(() -> DestinationValues.check("webhook", "url", url, null))
                .withMessageStartingWith("kamelet:webhook url=").withMessageContaining(" is no http:// or https:// address")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("T0", "KEN"));
    }

    @ParameterizedTest
    @CsvSource({"true, false", "False, true"})
    void aYesOrNoIsTrueOrFalse(String value, String defaultValue) {
        assertThatCode(() -> DestinationValues.check("s3", "image", value, defaultValue)).doesNotThrowAnyException();
        assertThatIllegalArgumentException().isThrownBy(() -> DestinationValues.check("s3", "image", "yes", defaultValue))
                .withMessage("kamelet:s3 image=yes: it is true or false");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp://localhost:61616", "ssl://a:61617?x=y", "amqps://b.servicebus.windows.net", "nio+ssl://a:1",
            "failover:(tcp://a:61616,tcp://b:61616)?timeout=1", "failover:tcp://a:1",
            "failover://(amqp://a:5672)", "vm://broker", "nio://a:1?transport.x=tpc://b", "amqpwss://a",
            "discovery:(multicast://default)"})
    void aBrokerHasAnAddressWithAScheme(String broker) {
        assertThatCode(() -> DestinationValues.checkService("queue", name -> Optional.of(broker))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:61616", "localhost", "", "tcp:/localhost:61616", "failover:(localhost:61616)"})
    void aBrokerWithoutASchemeIsRefused(String broker) {
        assertThatIllegalArgumentException().isThrownBy(() -> DestinationValues.checkService("queue", name -> Optional.of(broker)))
                .withMessageContaining("tcp://localhost:61616");
    }

    /** It counted as down for ever. */
    @ParameterizedTest
    @CsvSource({"tpc://localhost:61616, tpc", "'failover:(tcp://a:1?x=y://z,ampq://u:s3cret@b:1)', ampq",
            "'failovr:(tcp://a:1)', failovr", "TCP://a:1, TCP"})
    void aBrokerWithAnUnknownSchemeIsRefusedWithTheKnownOnes(String broker, String scheme) {
        assertThatIllegalArgumentException().isThrownBy(() -> DestinationValues.checkService("queue", name -> Optional.of(broker)))
                .withMessageStartingWith("queue.broker=").withMessageNotContaining("s3cret").withMessageEndingWith(
                        " can't be used, since there is no " + scheme + ": there are " + BrokerSchemes.KNOWN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:9092", "a:9092, b:9092,", "SSL://a.example:9093", "[::1]:9092", "::1:9092"})
    void brokersOfKafkaHavePorts(String brokers) {
        assertThatCode(() -> DestinationValues.checkService("kafka", name -> Optional.of(brokers))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "a:9092,b", "", ",", "a:port", "http://a:9092/"})
    void brokersOfKafkaWithoutPortsAreRefused(String brokers) {
        assertThatIllegalArgumentException().isThrownBy(() -> DestinationValues.checkService("kafka", name -> Optional.of(brokers)))
                .withMessageContaining("localhost:9092");
    }
}
