package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.delivery.destination.QueueConnections.BrokerAddress;
import jakarta.jms.ConnectionFactory;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.util.URISupport;

/**
 * The client of ActiveMQ's own protocol, which Artemis supports too. A separate class, so that the client is only loaded if it is
 * used.
 */
final class OpenWire {

    /** The option for the client's wait for the first response of a broker. (The client's name has this spelling.) */
    private static final String FIRST_RESPONSE = "wireFormat.maxInactivityDurationInitalDelay";

    /** Checks an address and all its options: creates the transport that would connect. */
    private static final class AddressCheck extends ActiveMQConnectionFactory {

        private AddressCheck(String address) {
            super(address);
        }

        private void run() throws Exception {
            createTransport().stop();
        }
    }

    private OpenWire() {
    }

    /** @throws Exception with the client's message, if it can't use the address; does not connect */
    static void check(BrokerAddress broker) throws Exception {
        if (broker.text().matches("(vm|discovery|multicast|peer):.*")) {
            // these transports start or discover brokers
            return;
        }
        new AddressCheck(broker.text()).run();
        for (URI server : servers(broker)) {
            BrokerAddress.checkServer(server, true);
            new AddressCheck(server.toString()).run();
        }
    }

    private static List<URI> servers(BrokerAddress broker) throws URISyntaxException {
        URI address = new URI(broker.text());
        return broker.isFailover() ? List.of(URISupport.parseComposite(address).getComponents()) : List.of(address);
    }

    static ConnectionFactory connections(BrokerAddress broker, String user, String password, int timeout) {
        // the client's own limits are 30 seconds for one broker and none for the search among several
        String address = broker.withDefault(broker.isFailover() ? "timeout" : "connectionTimeout", timeout)
                .withDefault((broker.isFailover() ? "nested." : "") + FIRST_RESPONSE, timeout)
                // after a message that was too large to send, the client assumes that the broker knows data of that message
                .withDefault((broker.isFailover() ? "nested." : "") + "wireFormat.cacheEnabled", false).text();
        ActiveMQConnectionFactory connections = user.isEmpty() ? new ActiveMQConnectionFactory(address)
                : new ActiveMQConnectionFactory(user, password, address);
        connections.setConnectResponseTimeout(timeout);
        connections.setSendTimeout(timeout);
        return connections;
    }
}
