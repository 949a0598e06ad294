package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.delivery.destination.QueueConnections.BrokerAddress;
import jakarta.jms.ConnectionFactory;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.util.URISupport;

/** ActiveMQ's own protocol, which Artemis speaks, too. A class of its own, so that only who uses it loads its client. */
final class OpenWire {

    /** How long the client waits for a broker's first words, too. (So it is spelt.) */
    private static final String FIRST_WORDS = "wireFormat.maxInactivityDurationInitalDelay";

    /** Makes what would connect, which looks at all of an address and its options. */
    private static final class Trial extends ActiveMQConnectionFactory {

        private Trial(String address) {
            super(address);
        }

        private void run() throws Exception {
            createTransport().stop();
        }
    }

    private OpenWire() {
    }

    /** @throws Exception in the client's words, if it can't use the address; nothing is connected */
    static void check(BrokerAddress broker) throws Exception {
        if (broker.text().matches("(vm|discovery|multicast|peer):.*")) {
            // what these make is a broker, or looks for some
            return;
        }
        new Trial(broker.text()).run();
        for (URI server : servers(broker)) {
            BrokerAddress.checkServer(server, true);
            new Trial(server.toString()).run();
        }
    }

    private static List<URI> servers(BrokerAddress broker) throws URISyntaxException {
        URI address = new URI(broker.text());
        return broker.isFailover() ? List.of(URISupport.parseComposite(address).getComponents()) : List.of(address);
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
