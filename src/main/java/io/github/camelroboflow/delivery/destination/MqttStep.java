package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.delivery.destination.MqttConnection.MqttSettings;
import io.github.camelroboflow.delivery.failure.DestinationException;
import io.github.camelroboflow.delivery.outbox.DestinationSender;
import io.github.camelroboflow.delivery.outbox.Outbox;
import io.github.camelroboflow.delivery.route.ContextEvents;
import io.github.camelroboflow.delivery.route.Durations;
import io.github.camelroboflow.delivery.route.OneShotJob;
import io.github.camelroboflow.inference.support.ContractNames;
import io.github.camelroboflow.inference.support.Placeholders;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.spi.PropertiesComponent;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Makes the message for a topic of MQTT of the variables {@code mqttTopic}, {@code mqttQos}, {@code mqttRetained} and
 * {@code mqttExpiry}: the JSON that {@link ResultMessage} sends, with the topic and the way of delivery as headers. If the registry
 * has no {@code mqttDestination}, it binds a connection to the broker that the properties name.
 */
public final class MqttStep extends ServiceSupport implements Processor, CamelContextAware {

    /** The headers for {@link MqttConnection}. */
    static final String TOPIC = "topic";
    static final String QOS = "qos";
    static final String RETAINED = "retained";
    static final String EXPIRY = "expiry";

    private static final String SENDER = "mqtt" + DestinationSender.SUFFIX;

    private CamelContext camelContext;

    @Override
    public void process(Exchange exchange) {
        String template = variable(exchange, "mqttTopic");
        Topics.check(template);
        Map<String, Object> delivery = new TreeMap<>(Map.of(TOPIC, Topics.fill(template, exchange),
                QOS, variable(exchange, "mqttQos"), RETAINED, variable(exchange, "mqttRetained")));
        Duration expiry = Expiry.parse("expiry", variable(exchange, "mqttExpiry"));
        if (!expiry.isZero()) {
            delivery.put(EXPIRY, expiry.toSeconds());
        }
        new ResultMessage().process(exchange);
        delivery.forEach(exchange.getMessage()::setHeader);
        // the template: each topic would be a destination of its own
        exchange.setProperty(Outbox.DESTINATION, "mqtt:" + template);
    }

    private static String variable(Exchange exchange, String name) {
        return exchange.getVariable(name, "", String.class).strip();
    }

    /** Connects already when the route starts, if others want to see that the program runs. */
    @Override
    protected void doStart() throws DestinationException {
        if (!property("statusTopic", "").isBlank() && !OneShotJob.isAllOf(camelContext)
                && camelContext.getRegistry().lookupByName(SENDER) instanceof MqttConnection connection) {
            connection.open();
        }
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
        ContextEvents.bindUnlessThere(camelContext, SENDER, DestinationSender.class,
                () -> ContextEvents.closedWith(camelContext, new MqttConnection(settings())));
    }

    private MqttSettings settings() {
        return new MqttSettings(property("broker", "mqtt://localhost:1883"), property("user", ""), property("password", ""),
                property("clientId", ""), property("statusTopic", ""),
                Durations.parse("mqtt.timeout", property("timeout", "10000")));
    }

    private String property(String name, String missing) {
        PropertiesComponent properties = camelContext.getPropertiesComponent();
        return properties.resolveProperty("mqtt." + name).filter(text -> !text.isEmpty()).orElse(missing);
    }

    /** The time after which a broker drops a message that nobody has read. */
    public static final class Expiry {

        private static final String NEVER = "never";

        private Expiry() {
        }

        /** Returns 0 for {@value #NEVER}. */
        public static Duration parse(String name, String text) {
            Duration expiry = text.equals(NEVER) ? Duration.ZERO : Durations.parse(name, text);
            if (!text.equals(NEVER) && (expiry.toSeconds() < 1 || expiry.toSeconds() > Integer.MAX_VALUE)) {
                throw new IllegalArgumentException(name + "=" + text + ": it is never, or a time from 1s");
            }
            return expiry;
        }
    }

    /** Topics with placeholders. */
    public static final class Topics {

        private static final Set<String> NAMES = Set.of("class", "folder", "model", "source");
        private static final int LONGEST = 1000;
        private static final int LONGEST_VALUE = 200;

        private Topics() {
        }

        /** @throws IllegalArgumentException if no message can have such a topic */
        public static void check(String template) {
            if (template.isEmpty() || template.length() > LONGEST) {
                throw new IllegalArgumentException("a topic has 1 to " + LONGEST + " characters");
            }
            Placeholders.check(template, NAMES);
            String fixed = Placeholders.fill(template, name -> "_");
            if (fixed.chars().anyMatch(Topics::isSpecial)) {
                throw new IllegalArgumentException("a topic that is sent to has no + and # and no control characters");
            }
            if (fixed.startsWith("$")) {
                throw new IllegalArgumentException("topics that begin with $ are the broker's own");
            }
        }

        private static boolean isSpecial(int character) {
            return character == '+' || character == '#' || Character.isISOControl(character);
        }

        /** Returns the topic of a result. Names that others chose neither add levels nor are wildcards. */
        static String fill(String template, Exchange exchange) {
            return Placeholders.fill(template, name -> switch (name) {
                case "class" -> level(DeliveryExchange.counts(exchange).keySet().stream().findFirst().orElse("none"));
                case "folder" -> folder(DeliveryExchange.imageName(exchange));
                case "model" -> level(DeliveryExchange.header(exchange, ContractNames.MODEL_ID));
                default -> level(DeliveryExchange.source(exchange));
            });
        }

        /** Returns the folder of an image below its inbox, with a level for each folder. */
        private static String folder(String image) {
            List<String> names = List.of(image.split("[/\\\\]"));
            return names.size() == 1 ? "_"
                    : String.join("/", names.subList(0, names.size() - 1).stream().map(Topics::level).toList());
        }

        private static String level(String name) {
            StringBuilder level = new StringBuilder();
            name.codePoints().limit(LONGEST_VALUE).forEach(character -> level.appendCodePoint(
                    isSpecial(character) || character == '/' || Character.getType(character) == Character.SURROGATE
                            ? '_' : character));
            String text = level.toString().replaceFirst("^\\$", "_");
            return text.isEmpty() ? "_" : text;
        }
    }
}
