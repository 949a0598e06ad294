package io.github.camelroboflow.app.validation;

import io.github.camelroboflow.delivery.destination.QueueConnections;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.utils.Utils;

/** Checks the addresses of brokers, for the clients of ActiveMQ, of AMQP and of Kafka. */
final class BrokerParameters {

    /** The form of an address, also {@code failover:(tcp://one:61616,tcp://other:61616)}. */
    private static final Pattern BROKER = Pattern.compile("(?is)(?:[a-z]+:(?://)?\\(?)?[a-z][a-z0-9+.-]*://[^\\s/?].*");

    private BrokerParameters() {
    }

    /** @throws IllegalArgumentException if no client could ever connect to such a broker */
    static void checkBroker(String broker) {
        if (!BROKER.matcher(broker).matches()) {
            throw new IllegalArgumentException("queue.broker=" + ServerAddress.withoutSecrets(broker)
                    + " is no address of a broker:"
                    + " it is such as tcp://localhost:61616, or with ssl://, amqp://, amqps://");
        }
        BrokerSchemes.unknown(broker).ifPresent(scheme -> {
            throw new IllegalArgumentException("queue.broker=" + ServerAddress.withoutSecrets(broker)
                    + " can't be used, since there is no " + scheme + ": there are " + BrokerSchemes.KNOWN);
        });
        try {
            QueueConnections.check(broker);
        } catch (Exception e) {
            throw new IllegalArgumentException("queue.broker=" + ServerAddress.withoutSecrets(broker) + " can't be used: "
                    + reason(e),
                    e);
        }
    }

    /** Returns the message of the root cause, without values of options and without the address: they may hold a password. */
    private static String reason(Throwable error) {
        Throwable cause = error;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof URISyntaxException syntax) {
            return syntax.getReason() + " at character " + (syntax.getIndex() + 1);
        }
        return Objects.toString(cause.getMessage(), cause.toString()).replaceAll("=[^,}&\\]\\s\\[{]+", "=…").strip();
    }

    /** The schemes that a broker's address may have: those with an implementation for the clients of ActiveMQ or AMQP. */
    static final class BrokerSchemes {

        /** The usual schemes, for messages. */
        static final String KNOWN = "tcp, ssl, nio, nio+ssl, amqp, amqps, amqpws, amqpwss, and failover:(…) of several";

        /** The first scheme, which may precede others in brackets, and the schemes of servers. */
        private static final Pattern SCHEME = Pattern.compile("^[^:/?(]+(?=:)|[A-Za-z][A-Za-z0-9+.-]*(?=://)");
        private static final Pattern OPTIONS = Pattern.compile("\\?[^,)]*");

        /** The places where the clients look for the implementation of a scheme. */
        private static final List<String> SERVICES = List.of("META-INF/services/org/apache/activemq/transport/",
                "META-INF/services/org/apache/activemq/transport/discoveryagent/",
                "META-INF/services/org/apache/qpid/jms/provider/");

        private BrokerSchemes() {
        }

        /** Returns the first scheme of an address that no client knows. */
        static Optional<String> unknown(String address) {
            Stream<String> schemes = SCHEME.matcher(OPTIONS.matcher(address).replaceAll("")).results().map(MatchResult::group);
            return schemes.filter(scheme -> !isKnown(scheme)).findFirst();
        }

        private static boolean isKnown(String scheme) {
            ClassLoader loader = BrokerSchemes.class.getClassLoader();
            return SERVICES.stream().anyMatch(services -> loader.getResource(services + scheme) != null);
        }
    }

    /** Checks topics and brokers of Kafka. */
    static final class Kafka {

        private static final int HIGHEST_PORT = 65_535;

        private Kafka() {
        }

        /** @throws IllegalArgumentException if there can be no such topic */
        static void checkTopic(String name, String topic) {
            try {
                Topic.validate(topic);
            } catch (InvalidTopicException e) {
                throw new IllegalArgumentException(name + "=" + topic + " is no name of a topic: it has up to 249 letters, digits,"
                        + " dots, hyphens and underscores", e);
            }
        }

        /** @throws IllegalArgumentException if the client could never reach one of them */
        static void checkBrokers(String brokers) {
            List<String> all = Stream.of(brokers.split(",")).map(String::strip).filter(broker -> !broker.isEmpty()).toList();
            if (all.isEmpty() || !all.stream().allMatch(Kafka::isAddress)) {
                throw new IllegalArgumentException("kafka.brokers=" + all.stream().filter(broker -> !isAddress(broker)).findFirst()
                        .map(ServerAddress::withoutSecrets).orElse("")
                        + " are no addresses of brokers: they are host:port, separated by"
                        + " commas, such as localhost:9092");
            }
        }

        private static boolean isAddress(String broker) {
            int scheme = broker.indexOf("://");
            if (scheme >= 0 && !SecurityProtocol.names().contains(broker.substring(0, scheme).toUpperCase(Locale.ROOT))) {
                return false;
            }
            String server = scheme < 0 ? broker : broker.substring(scheme + 3);
            try {
                Integer port = Utils.getPort(server);
                String host = Utils.getHost(server);
                // the client ignores a scheme before them
                return host != null && !host.isEmpty() && server.matches("\\[?\\Q" + host + "\\E]?:" + port)
                        && port > 0 && port <= HIGHEST_PORT;
            } catch (NumberFormatException e) {
                return false;
            }
        }
    }
}
