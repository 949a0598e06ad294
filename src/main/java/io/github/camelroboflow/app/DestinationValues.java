package io.github.camelroboflow.app;

import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Which values can work for a destination. What can't was taken for a service that is down, and waited for. */
final class DestinationValues {

    private static final String HOST = "(?:\\[[\\p{XDigit}:.%]+\\]|[\\p{L}\\p{N}._-]+)";
    private static final String PORT = ":\\d{1,5}";

    /** The scheme, the user, the server, and the rest. */
    private static final Pattern WEB = Pattern.compile("(?is)(https?://)([^/?#]*@)?(" + HOST + "(?:" + PORT + ")?)(?:[/?#].*)?");

    /** Camel leaves such a value as it is, brackets and all. */
    private static final Pattern RAW = Pattern.compile("(?s)RAW(?:\\((.*)\\)|\\{(.*)})");

    /** Also {@code failover:(tcp://one:61616,tcp://other:61616)}. */
    private static final Pattern BROKER = Pattern.compile("(?is)(?:[a-z]+:(?://)?\\(?)?[a-z][a-z0-9+.-]*://[^\\s/?].*");

    /** As Kafka reads it: one of TLS may begin with {@code SSL://}. */
    private static final Pattern KAFKA = Pattern.compile("(?:\\w+://)?(?:" + HOST + "|[\\p{XDigit}:.%]+)" + PORT);

    private DestinationValues() {
    }

    /**
     * @param defaultValue of this parameter; null if it has none
     * @throws IllegalArgumentException if the parameter can't have this value
     */
    static void check(String destination, String parameter, String value, String defaultValue) {
        String name = "kamelet:" + destination + " " + parameter + "=";
        if (isYesOrNo(defaultValue) && !isYesOrNo(value)) {
            throw new IllegalArgumentException(name + value + ": it is true or false");
        }
        if (destination.equals("webhook") && parameter.equals("url")) {
            checkUrl(name, value);
        }
    }

    /** Camel's constant is true for all other words. */
    private static boolean isYesOrNo(String value) {
        return "true".equalsIgnoreCase(value) || "false".equalsIgnoreCase(value);
    }

    /** Without the brackets by which Camel leaves it as it is. */
    static String plain(String value) {
        Matcher raw = RAW.matcher(value);
        return !raw.matches() ? value : raw.group(1) != null ? raw.group(1) : raw.group(2);
    }

    private static void checkUrl(String name, String value) {
        String url = plain(value);
        Matcher web = WEB.matcher(url);
        if (!web.matches()) {
            throw new IllegalArgumentException(name + beginning(url) + " is no http:// or https:// address");
        }
        if (web.group(2) != null) {
            throw new IllegalArgumentException(name + web.group(1) + web.group(3)
                    + " is no http:// or https:// address that can be used: it has a user before the host");
        }
    }

    /**
     * @param property gives the value of one of {@code config/application.properties}
     * @throws IllegalArgumentException if the destination's service can't be reached at the address that the properties have for it
     */
    static void checkService(String destination, Function<String, Optional<String>> property) {
        switch (destination) {
            case "queue" -> property.apply("queue.broker").ifPresent(broker -> checkBroker(broker.strip()));
            case "kafka" -> property.apply("kafka.brokers").filter(brokers -> !isKafka(brokers)).ifPresent(brokers -> {
                throw new IllegalArgumentException("kafka.brokers=" + beginning(brokers)
                        + " are no addresses of brokers: they are host:port, separated by commas, such as localhost:9092");
            });
            default -> {
                // its service has an address of Amazon's, or none
            }
        }
    }

    private static void checkBroker(String broker) {
        if (!BROKER.matcher(broker).matches()) {
            throw new IllegalArgumentException("queue.broker=" + beginning(broker) + " is no address of a broker:"
                    + " it is such as tcp://localhost:61616, or with ssl://, amqp://, amqps://");
        }
        BrokerSchemes.unknown(broker).ifPresent(scheme -> {
            throw new IllegalArgumentException("queue.broker=" + beginning(broker) + " can't be used, since there is no " + scheme
                    + ": there are " + BrokerSchemes.KNOWN);
        });
    }

    private static boolean isKafka(String brokers) {
        // empty ones are passed over
        return !brokers.replace(",", "").isBlank() && Stream.of(brokers.split(",")).map(String::strip)
                .allMatch(broker -> broker.isEmpty() || KAFKA.matcher(broker).matches());
    }

    /** The scheme and the server: passwords and tokens are in what follows, or before an @. */
    private static String beginning(String address) {
        return address.contains("@") ? "…" : address.replaceFirst("(?s)^([^/?#]*:/{0,2})?([^/?#]*).*", "$1$2");
    }
}
