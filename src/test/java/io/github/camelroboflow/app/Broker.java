package io.github.camelroboflow.app;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.broker.BrokerService;
import org.apache.qpid.jms.JmsConnectionFactory;

/** A broker of messages at an address of its own, and a look into its queues. */
public abstract class Broker implements AutoCloseable {

    /** ActiveMQ in this JVM. */
    public static Broker activeMq() {
        return new ActiveMq("");
    }

    /** @param options of its connector */
    static Broker activeMq(String options) {
        return new ActiveMq(options);
    }

    /** Artemis in a JVM of its own, with AMQP 1.0. */
    public static Broker artemis(Path folder) {
        return new Artemis(folder);
    }

    public abstract String address();

    public abstract Broker start();

    abstract ConnectionFactory connections();

    @Override
    public abstract void close();

    public final List<TextMessage> messages(String queue) throws JMSException {
        try (Connection connection = connections().createConnection(); Session session = connection.createSession()) {
            connection.start();
            try (QueueBrowser browser = session.createBrowser(session.createQueue(queue))) {
                return Collections.list((Enumeration<?>) browser.getEnumeration()).stream().map(TextMessage.class::cast).toList();
            }
        }
    }

    private static final class ActiveMq extends Broker {

        private final String address = "tcp://127.0.0.1:" + Ports.free();
        private final String options;
        private BrokerService broker;

        private ActiveMq(String options) {
            this.options = options;
        }

        @Override
        public String address() {
            return address;
        }

        @Override
        public Broker start() {
            broker = new BrokerService();
            broker.setBrokerName("test" + address.replaceAll("\\D", ""));
            broker.setPersistent(false);
            broker.setUseJmx(false);
            broker.setUseShutdownHook(false);
            try {
                broker.addConnector(address + options);
                broker.start();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            return this;
        }

        @Override
        ConnectionFactory connections() {
            return new ActiveMQConnectionFactory(address);
        }

        @Override
        public void close() {
            try {
                if (broker != null) {
                    broker.stop();
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static final class Artemis extends Broker {

        private final ServerProcess process;

        private Artemis(Path folder) {
            int port = Ports.free();
            process = new ServerProcess("artemis", port, folder,
                    Path.of("src/test/servers/artemis/Artemis.java").toAbsolutePath().toString(), String.valueOf(port),
                    folder.toString());
        }

        @Override
        public String address() {
            return "amqp://127.0.0.1:" + process.port();
        }

        @Override
        public Broker start() {
            process.start();
            return this;
        }

        @Override
        ConnectionFactory connections() {
            return new JmsConnectionFactory(address());
        }

        @Override
        public void close() {
            process.close();
        }
    }
}
