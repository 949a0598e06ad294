package io.github.camelroboflow.app;

import io.github.camelroboflow.delivery.destination.QueueConnections;
import java.net.URISyntaxException;
import java.util.Objects;
import java.util.regex.Pattern;

/** Which brokers and queues the clients of ActiveMQ and of AMQP take. */
final class QueueValues {

    /** Also {@code failover:(tcp://one:61616,tcp://other:61616)}. */
    private static final Pattern BROKER = Pattern.compile("(?is)(?:[a-z]+:(?://)?\\(?)?[a-z][a-z0-9+.-]*://[^\\s/?].*");

    private QueueValues() {
    }

    /** @throws IllegalArgumentException if no client could ever connect to such a broker */
    static void checkBroker(String broker) {
        if (!BROKER.matcher(broker).matches()) {
            throw new IllegalArgumentException("queue.broker=" + ServerAddress.beginning(broker) + " is no address of a broker:"
                    + " it is such as tcp://localhost:61616, or with ssl://, amqp://, amqps://");
        }
        BrokerSchemes.unknown(broker).ifPresent(scheme -> {
            throw new IllegalArgumentException("queue.broker=" + ServerAddress.beginning(broker)
                    + " can't be used, since there is no " + scheme + ": there are " + BrokerSchemes.KNOWN);
        });
        try {
            QueueConnections.check(broker);
        } catch (Exception e) {
            throw new IllegalArgumentException("queue.broker=" + ServerAddress.beginning(broker) + " can't be used: " + reason(e),
                    e);
        }
    }

    /** The innermost words, without the values of options, and without the address, which may have a password. */
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
}
