package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.delivery.destination.QueueConnections.BrokerAddress;
import jakarta.jms.ConnectionFactory;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.apache.qpid.jms.JmsConnectionFactory;
import org.apache.qpid.jms.util.URISupport;

/** AMQP 1.0: Artemis, Qpid, Azure Service Bus, and others. A class of its own, so that only who uses it loads its client. */
final class Amqp {

    /** Makes what would connect, which looks at all of an address and its options. */
    private static final class Trial extends JmsConnectionFactory {

        private Trial(String address) {
            super(address);
        }

        private void run() throws Exception {
            createProvider(URI.create(getRemoteURI())).close();
        }
    }

    private Amqp() {
    }

    /** @throws Exception in the client's words, if it can't use the address; nothing is connected */
    static void check(BrokerAddress broker) throws Exception {
        new Trial(broker.text()).run();
        for (URI server : servers(broker)) {
            BrokerAddress.checkServer(server, false);
            new Trial(server.toString()).run();
        }
    }

    private static List<URI> servers(BrokerAddress broker) throws URISyntaxException {
        URI address = new URI(broker.text());
        return broker.isFailover() ? URISupport.parseComposite(address).getComponents() : List.of(address);
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
