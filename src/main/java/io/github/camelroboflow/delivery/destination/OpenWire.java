package io.github.camelroboflow.delivery.destination;

import jakarta.jms.ConnectionFactory;
import org.apache.activemq.ActiveMQConnectionFactory;

/** ActiveMQ's own protocol, which Artemis speaks, too. A class of its own, so that only who uses it loads its client. */
final class OpenWire {

    private OpenWire() {
    }

    static ConnectionFactory connections(String broker, String user, String password, int timeout) {
        ActiveMQConnectionFactory connections = user.isEmpty() ? new ActiveMQConnectionFactory(broker)
                : new ActiveMQConnectionFactory(user, password, broker);
        connections.setConnectResponseTimeout(timeout);
        connections.setSendTimeout(timeout);
        return connections;
    }
}
