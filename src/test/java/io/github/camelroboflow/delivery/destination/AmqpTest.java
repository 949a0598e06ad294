package io.github.camelroboflow.delivery.destination;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.delivery.destination.QueueConnections.BrokerAddress;
import org.apache.qpid.jms.JmsConnectionFactory;
import org.junit.jupiter.api.Test;

class AmqpTest {

    /** After a broker had died, closing what was open to it took a minute, and all that was for it waited meanwhile. */
    @Test
    void closingWaitedLongerForABrokerThanItMayTake() {
        JmsConnectionFactory connections = (JmsConnectionFactory) Amqp.connections(new BrokerAddress("amqp://localhost"),
                "", "", 1234);

        assertThat(connections.getCloseTimeout()).isEqualTo(1234);
        assertThat(connections.getConnectTimeout()).isEqualTo(1234);
    }
}
