package io.github.camelroboflow.app;

import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Shows names and keys that no library can use: they were waited for as for a service that is down. */
final class DestinationNames {

    private static final Set<String> KEYS = Set.of("deliveryId", "resultKey", "image", "source", "model", "none");

    /** ActiveMQ's client takes what follows for options, other queues, or queues that such a name stands for. */
    private static final Pattern NOT_ACTIVEMQ = Pattern.compile("[?,*>]|^(?:temp-)?(?:queue|topic)://|^ID:");

    private DestinationNames() {
    }

    /** @throws IllegalArgumentException if no service has such a name */
    static void check(String destination, String parameter, String value) {
        if (value.chars().anyMatch(Character::isISOControl) && !parameter.equals("url")) {
            throw refused(destination, parameter, value.replaceAll("\\p{Cntrl}", "?"), "it holds control characters");
        }
    }

    /** @throws IllegalArgumentException if records of Kafka can't have that as their key */
    static void checkKey(String value) {
        if (!KEYS.contains(value)) {
            throw refused("kafka", "key", value, "it is deliveryId, resultKey, image, source, model or none");
        }
    }

    /** @throws IllegalArgumentException if the broker's protocol has no way to name such a queue */
    static void checkQueue(String name, Function<String, Optional<String>> property) {
        boolean amqp = property.apply("queue.broker").orElse("").replaceFirst("^failover:(//)?\\(?", "").strip().startsWith("amqp");
        if (!amqp && NOT_ACTIVEMQ.matcher(name).find()) {
            throw refused("queue", "name", name, "ActiveMQ's protocol has another meaning for ? , * > and for queue:// at the"
                    + " beginning");
        }
    }

    private static IllegalArgumentException refused(String destination, String parameter, String value, String words) {
        return new IllegalArgumentException("kamelet:" + destination + " " + parameter + "=" + value + " can't be: " + words);
    }
}
