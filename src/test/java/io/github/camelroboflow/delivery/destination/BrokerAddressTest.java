package io.github.camelroboflow.delivery.destination;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.delivery.destination.QueueConnections.BrokerAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrokerAddressTest {

    @ParameterizedTest
    @CsvSource({"tcp://a:61616, false", "ssl://a:61617?x=amqp, false", "'failover:(tcp://a:1,tcp://b:1)', false",
            "amqp://a:5672, true", "amqps://a, true", "'failover:(amqp://a:1,amqp://b:1)?x=y', true"})
    void tellsTheProtocol(String address, boolean amqp) {
        assertThat(new BrokerAddress(address).isAmqp()).isEqualTo(amqp);
    }

    @ParameterizedTest
    @CsvSource({"tcp://a:1, tcp://a:1?timeout=5", "tcp://a:1?x=y, tcp://a:1?x=y&timeout=5",
            "tcp://a:1?timeout=9, tcp://a:1?timeout=9",
            "'failover:(tcp://a:1?x=y,tcp://b:1)', 'failover:(tcp://a:1?x=y,tcp://b:1)?timeout=5'",
            "'failover:(tcp://a:1)?x=y', 'failover:(tcp://a:1)?x=y&timeout=5'"})
    void hasALimitUnlessItHasOneAlready(String address, String limited) {
        assertThat(new BrokerAddress(address).withDefault("timeout", 5).text()).isEqualTo(limited);
    }
}
