package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.delivery.destination.QueueConnections.BrokerAddress;
import jakarta.jms.ConnectionFactory;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.apache.qpid.jms.JmsConnectionFactory;
import org.apache.qpid.jms.util.URISupport;

/**
 * The AMQP 1.0 client, for Artemis, Qpid, Azure Service Bus and others. A separate class, so that the client is only loaded if it
 * is used.
 */
final class Amqp {

    /** Checks an address and all its options: creates the provider that would connect. */
    private static final class AddressCheck extends JmsConnectionFactory {

        private AddressCheck(String address) {
            super(address);
        }

        private void run() throws Exception {
            createProvider(URI.create(getRemoteURI())).close();
        }
    }

    private Amqp() {
    }

    /** @throws Exception with the client's message, if it can't use the address; does not connect */
    static void check(BrokerAddress broker) throws Exception {
        new AddressCheck(broker.text()).run();
        for (URI server : servers(broker)) {
            BrokerAddress.checkServer(server, false);
            new AddressCheck(server.toString()).run();
        }
    }

    private static List<URI> servers(BrokerAddress broker) throws URISyntaxException {
        URI address = new URI(broker.text());
        return broker.isFailover() ? URISupport.parseComposite(address).getComponents() : List.of(address);
    }

    static ConnectionFactory connections(BrokerAddress broker, String user, String password, int timeout) {
        // the client's own limits are a minute for one broker and none for the search among several
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
