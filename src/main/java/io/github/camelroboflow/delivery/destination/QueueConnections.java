package io.github.camelroboflow.delivery.destination;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import java.net.URI;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;

/**
 * A pool of connections to a message broker. The first connection is made for the first message. The address selects the protocol:
 * {@code amqp://} and {@code amqps://} are AMQP 1.0, all others go to ActiveMQ's client.
 */
public final class QueueConnections implements ConnectionFactory, AutoCloseable {

    private final QueueSettings settings;
    private final BrokerAddress broker;
    private JmsPoolConnectionFactory pool;

    /**
     * The settings of a broker.
     *
     * @param broker  its address, such as {@code tcp://localhost:61616}
     * @param user    the user name; empty if the broker requires none
     * @param timeout the longest wait for an answer of the broker, in milliseconds: without a limit, a broker that hangs would hold
     *                an image for ever
     */
    public record QueueSettings(String broker, String user, String password, int timeout) {

        @Override
        public String toString() {
            return QueueSettings.class.getSimpleName();
        }
    }

    public QueueConnections(QueueSettings settings) {
        this.settings = settings;
        this.broker = new BrokerAddress(settings.broker().strip());
    }

    /** @throws Exception with the client's message, if it could never connect to such a broker; does not connect */
    public static void check(String broker) throws Exception {
        BrokerAddress address = new BrokerAddress(broker.strip());
        if (address.isAmqp()) {
            Amqp.check(address);
        } else {
            OpenWire.check(address);
        }
    }

    private synchronized JmsPoolConnectionFactory pool() {
        if (pool == null) {
            ConnectionFactory connections = broker.isAmqp()
                    ? Amqp.connections(broker, settings.user(), settings.password(), settings.timeout())
                    : OpenWire.connections(broker, settings.user(), settings.password(), settings.timeout());
            pool = new JmsPoolConnectionFactory();
            pool.setConnectionFactory(connections);
            // queues must not wait for each other: neither for a session nor, with AMQP, for the link of a queue that is full or
            // was closed
            pool.setMaxSessionsPerConnection(-1);
            pool.setUseAnonymousProducers(!broker.isAmqp());
            pool.start();
        }
        return pool;
    }

    /** Closes the connections; a later message opens new ones. */
    @Override
    public synchronized void close() {
        if (pool != null) {
            pool.stop();
            pool = null;
        }
    }

    @Override
    public Connection createConnection() throws JMSException {
        return pool().createConnection();
    }

    @Override
    public Connection createConnection(String userName, String userPassword) throws JMSException {
        return pool().createConnection(userName, userPassword);
    }

    @Override
    public JMSContext createContext() {
        return pool().createContext();
    }

    @Override
    public JMSContext createContext(String userName, String userPassword) {
        return pool().createContext(userName, userPassword);
    }

    @Override
    public JMSContext createContext(String userName, String userPassword, int sessionMode) {
        return pool().createContext(userName, userPassword, sessionMode);
    }

    @Override
    public JMSContext createContext(int sessionMode) {
        return pool().createContext(sessionMode);
    }

    /**
     * The address of a broker, with its options.
     *
     * @param text such as {@code tcp://localhost:61616?jms.useCompression=true}
     */
    record BrokerAddress(String text) {

        private static final int HIGHEST_PORT = 65_535;

        /** @throws IllegalArgumentException if the server of a broker can never be reached */
        static void checkServer(URI server, boolean needsPort) {
            if (server.getHost() == null) {
                throw new IllegalArgumentException(server.getRawAuthority() == null ? "it names no server"
                        : "it has no host name of letters, digits, dots and hyphens, as its client wants, or its port is"
                                + " no number");
            }
            if (server.getPort() == 0 || server.getPort() > HIGHEST_PORT || needsPort && server.getPort() < 0) {
                throw new IllegalArgumentException("it needs a port, from 1 to " + HIGHEST_PORT);
            }
        }

        /** Returns whether the address lists several brokers, one of which is used. */
        boolean isFailover() {
            return text.startsWith("failover:");
        }

        boolean isAmqp() {
            return text.replaceFirst("^failover:(//)?\\(?", "").startsWith("amqp");
        }

        /** Returns the address with an option, unless it has the option already. */
        BrokerAddress withDefault(String option, Object value) {
            if (text.matches("(?s).*[?&]" + option.replace(".", "\\.") + "=.*")) {
                return this;
            }
            // the options of the single brokers stand inside the brackets
            boolean hasOptions = text.indexOf('?', text.lastIndexOf(')') + 1) >= 0;
            return new BrokerAddress(text + (hasOptions ? "&" : "?") + option + "=" + value);
        }
    }
}
