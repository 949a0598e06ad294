package io.github.camelroboflow.delivery.destination;

import jakarta.jms.ConnectionFactory;
import org.apache.qpid.jms.JmsConnectionFactory;

/** AMQP 1.0: Artemis, Qpid, Azure Service Bus, and others. A class of its own, so that only who uses it loads its client. */
final class Amqp {

    private Amqp() {
    }

    static ConnectionFactory connections(String broker, String user, String password, int timeout) {
        JmsConnectionFactory connections = user.isEmpty() ? new JmsConnectionFactory(broker)
                : new JmsConnectionFactory(user, password, broker);
        connections.setConnectTimeout(timeout);
        connections.setRequestTimeout(timeout);
        connections.setSendTimeout(timeout);
        return connections;
    }
}
