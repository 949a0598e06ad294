package io.github.camelroboflow.app;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.utils.Utils;

/** Which topics and brokers Kafka's client takes. */
final class KafkaValues {

    private static final int HIGHEST_PORT = 65_535;

    private KafkaValues() {
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
        if (all.isEmpty() || !all.stream().allMatch(KafkaValues::isAddress)) {
            throw new IllegalArgumentException("kafka.brokers=" + all.stream().filter(broker -> !isAddress(broker)).findFirst()
                    .map(ServerAddress::beginning).orElse("") + " are no addresses of brokers: they are host:port, separated by"
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
            // it passes over what stands before them
            return host != null && !host.isEmpty() && server.matches("\\[?\\Q" + host + "\\E]?:" + port)
                    && port > 0 && port <= HIGHEST_PORT;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
