package io.github.camelroboflow.app;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Which names queues, topics and buckets can have. What none can have was waited for as for a service that is down. */
final class DestinationNames {

    private record Rule(String destination, String parameter, Pattern allowed, String words) {
    }

    private static final List<Rule> RULES = List.of(
            new Rule("kafka", "topic", Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}"),
                    "a topic has letters of English, digits, dots, underscores and hyphens, up to 249"),
            new Rule("sqs", "queue", Pattern.compile("[A-Za-z0-9_-]{1,80}|[A-Za-z0-9_-]{1,75}\\.fifo"),
                    "a queue has letters of English, digits, underscores and hyphens, up to 80, and may end with .fifo"),
            new Rule("s3", "bucket", Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,254}|arn:[A-Za-z0-9:/_-]+"),
                    "a bucket has letters of English, digits, dots and hyphens"));

    private static final Set<String> KEYS = Set.of("deliveryId", "resultKey", "image", "source", "model", "none");

    /** ActiveMQ's client takes what follows for options, other queues, or queues that such a name stands for. */
    private static final Pattern NOT_ACTIVEMQ = Pattern.compile("[?,*>]|^(?:temp-)?(?:queue|topic)://|^ID:");

    private DestinationNames() {
    }

    /** @throws IllegalArgumentException if no service has such a name */
    static void check(String destination, String parameter, String value) {
        RULES.stream().filter(rule -> rule.destination.equals(destination) && rule.parameter.equals(parameter)
                && !rule.allowed.matcher(value).matches()).findFirst().ifPresent(rule -> {
                    throw refused(destination, parameter, value, rule.words);
                });
        if (destination.equals("kafka") && parameter.equals("key") && !KEYS.contains(value)) {
            throw refused(destination, parameter, value, "it is deliveryId, resultKey, image, source, model or none");
        }
        if (value.chars().anyMatch(Character::isISOControl) && !parameter.equals("url")) {
            throw refused(destination, parameter, value.replaceAll("\\p{Cntrl}", "?"), "it holds control characters");
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
