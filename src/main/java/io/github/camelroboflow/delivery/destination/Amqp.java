package io.github.camelroboflow.delivery.destination;

import jakarta.jms.ConnectionFactory;
import org.apache.qpid.jms.JmsConnectionFactory;

/** AMQP 1.0: Artemis, Qpid, Azure Service Bus, and others. A class of its own, so that only who uses it loads its client. */
final class Amqp {

    private Amqp() {
    }

    static ConnectionFactory connections(BrokerAddress broker, String user, String password, int timeout) {
        // its own limits are a minute for one broker, and none at all for the search for one of several
        String address = (broker.isFailover() ? broker.withDefault("failover.startupMaxReconnectAttempts", 1)
                : broker.withDefault("transport.connectTimeout", timeout)).text();
        JmsConnectionFactory connections = user.isEmpty() ? new JmsConnectionFactory(address)
                : new JmsConnectionFactory(user, password, address);
        connections.setConnectTimeout(timeout);
        connections.setRequestTimeout(timeout);
        connections.setSendTimeout(timeout);
        connections.setCloseTimeout(timeout);
        return connections;
    }
}
