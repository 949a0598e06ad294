package io.github.camelroboflow.delivery.destination;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.delivery.destination.QueueConnections.BrokerAddress;
import org.apache.qpid.jms.JmsConnectionFactory;
import org.junit.jupiter.api.Test;

class AmqpTest {

    /** After a broker had died, the close of its connections took a minute, and its messages waited meanwhile. */
    @Test
    void closingWaitedLongerForABrokerThanItMayTake() {
        JmsConnectionFactory connections = (JmsConnectionFactory) Amqp.connections(new BrokerAddress("amqp://localhost"),
                "", "", 1234);

        assertThat(connections.getCloseTimeout()).isEqualTo(1234);
        assertThat(connections.getConnectTimeout()).isEqualTo(1234);
    }
}
