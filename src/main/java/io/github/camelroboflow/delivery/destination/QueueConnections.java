package io.github.camelroboflow.delivery.destination;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import java.net.URI;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;

/**
 * Connections to a broker of messages, kept open rather than made for each message; the first is made when the first message is
 * sent. The address tells the protocol: {@code amqp://} and {@code amqps://} AMQP 1.0, all others what ActiveMQ's client takes.
 */
public final class QueueConnections implements ConnectionFactory {

    private BrokerAddress broker = new BrokerAddress("tcp://localhost:61616");
    private String user = "";
    private String password = "";
    private int timeout = 10_000;
    private JmsPoolConnectionFactory pool;

    /** The broker's address, such as {@code tcp://localhost:61616}. */
    public void setBroker(String broker) {
        this.broker = new BrokerAddress(broker.strip());
    }

    /** Who to be there; empty if the broker does not ask. */
    public void setUser(String user) {
        this.user = user;
    }

    public void setPassword(String password) {
        this.password = password;
    }

    /** How long the broker may take to answer, milliseconds: without a limit, one that hangs would hold an image for ever. */
    public void setTimeout(int timeout) {
        this.timeout = timeout;
    }

    /** @throws Exception in the words of the client, if it could never connect to such a broker; nothing is connected */
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
            ConnectionFactory connections = broker.isAmqp() ? Amqp.connections(broker, user, password, timeout)
                    : OpenWire.connections(broker, user, password, timeout);
            pool = new JmsPoolConnectionFactory();
            pool.setConnectionFactory(connections);
            // queues don't wait for each other: not for a session, nor, by AMQP, for the link of a queue that is full or was closed
            pool.setMaxSessionsPerConnection(-1);
            pool.setUseAnonymousProducers(!broker.isAmqp());
            pool.start();
        }
        return pool;
    }

    /** Closes the connections; a later message opens new ones. */
    public synchronized void stop() {
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

        /** @throws IllegalArgumentException if the server of one broker could never be reached */
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

        /** Of several brokers, one of which is used. */
        boolean isFailover() {
            return text.startsWith("failover:");
        }

        boolean isAmqp() {
            return text.replaceFirst("^failover:(//)?\\(?", "").startsWith("amqp");
        }

        /** The address with an option, unless it has that already; whoever wrote it there knows better. */
        BrokerAddress withDefault(String option, Object value) {
            if (text.matches("(?s).*[?&]" + option.replace(".", "\\.") + "=.*")) {
                return this;
            }
            // those of the single brokers stand within the brackets
            boolean hasOptions = text.indexOf('?', text.lastIndexOf(')') + 1) >= 0;
            return new BrokerAddress(text + (hasOptions ? "&" : "?") + option + "=" + value);
        }
    }
}
