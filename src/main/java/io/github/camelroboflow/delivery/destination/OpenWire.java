package io.github.camelroboflow.delivery.destination;

import jakarta.jms.ConnectionFactory;
import org.apache.activemq.ActiveMQConnectionFactory;

/** ActiveMQ's own protocol, which Artemis speaks, too. A class of its own, so that only who uses it loads its client. */
final class OpenWire {

    /** How long the client waits for a broker's first words, too. (So it is spelt.) */
    private static final String FIRST_WORDS = "wireFormat.maxInactivityDurationInitalDelay";

    private OpenWire() {
    }

    static ConnectionFactory connections(BrokerAddress broker, String user, String password, int timeout) {
        // its own limits are 30 seconds for one broker, and none at all for the search for one of several
        String address = broker.withDefault(broker.isFailover() ? "timeout" : "connectionTimeout", timeout)
                .withDefault((broker.isFailover() ? "nested." : "") + FIRST_WORDS, timeout)
                // after a message that is too large to be sent, the client takes the broker to know what was only in that
                .withDefault((broker.isFailover() ? "nested." : "") + "wireFormat.cacheEnabled", false).text();
        ActiveMQConnectionFactory connections = user.isEmpty() ? new ActiveMQConnectionFactory(address)
                : new ActiveMQConnectionFactory(user, password, address);
        connections.setConnectResponseTimeout(timeout);
        connections.setSendTimeout(timeout);
        return connections;
    }
}
