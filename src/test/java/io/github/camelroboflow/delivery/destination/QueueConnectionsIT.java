package io.github.camelroboflow.delivery.destination;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.delivery.destination.QueueConnections.QueueSettings;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Execution(ExecutionMode.CONCURRENT)
class QueueConnectionsIT {

    /** Without limits, the first image would wait for ever. */
    @ParameterizedTest
    @ValueSource(strings = {"tcp://127.0.0.1:%d", "failover:(tcp://127.0.0.1:%d)", "amqp://127.0.0.1:%d",
            "failover:(amqp://127.0.0.1:%d)"})
    void aBrokerThatTakesConnectionsAndSaysNothingIsGivenUp(String address) throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            QueueConnections connections = new QueueConnections(new QueueSettings(
                    String.format(address, silent.getLocalPort()), "", "", 500));

            assertThatThrownBy(() -> {
                try (Connection connection = connections.createConnection(); Session session = connection.createSession()) {
                    session.createProducer(session.createQueue("any")).send(session.createTextMessage());
                }
            }).isInstanceOf(JMSException.class);
            connections.close();
        }
    }
}
