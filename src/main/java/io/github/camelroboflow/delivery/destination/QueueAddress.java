package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.delivery.destination.QueueConnections.QueueSettings;
import io.github.camelroboflow.delivery.outbox.Outbox;
import io.github.camelroboflow.delivery.route.ContextEvents;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.jms.support.destination.DestinationResolver;

/**
 * Sets the destination of a message: the endpoint of the queue that the exchange property {@value #QUEUE} names. The name is
 * encoded, so that Camel does not change it. The endpoint uses the connections {@code #queueConnections} of the registry. If there
 * are none, this class binds connections to the broker that it was given.
 */
public final class QueueAddress implements Processor, CamelContextAware {

    private static final String QUEUE = "CamelRoboflowQueue";
    private static final String CONNECTIONS = "queueConnections";
    private static final String NAMES = "queueNames";

    private CamelContext camelContext;
    private String broker;
    private int timeout;

    public void setBroker(String broker) {
        this.broker = broker;
    }

    /** Sets the longest time for an answer of the broker, in milliseconds. */
    public void setTimeout(int timeout) {
        this.timeout = timeout;
    }

    @Override
    public void process(Exchange exchange) {
        String queue = exchange.getProperty(QUEUE, String.class);
        exchange.setProperty(Outbox.DESTINATION, "jms:queue:" + QueueNames.encode(queue) + "?connectionFactory=#" + CONNECTIONS
                + "&jmsMessageType=Text&exchangePattern=InOnly&destinationResolver=#" + NAMES);
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
        ContextEvents.bindUnlessThere(camelContext, CONNECTIONS, ConnectionFactory.class,
                () -> ContextEvents.closedWith(camelContext, new QueueConnections(
                        new QueueSettings(broker, property("queue.user"), property("queue.password"), timeout))));
        ContextEvents.bindUnlessThere(camelContext, NAMES, DestinationResolver.class, QueueNames::new);
    }

    /** Reads what may begin with a {@code #}, which a setter would take for the name of a bean. */
    private String property(String name) {
        return camelContext.getPropertiesComponent().resolveProperty(name).orElse("");
    }

    /**
     * Encodes names of queues for addresses. Camel removes slashes there, decodes percent signs and starts options at a question
     * mark. So each special character is written as a tilde and its bytes in UTF-8.
     */
    public static final class QueueNames implements DestinationResolver {

        private static final Pattern SPECIAL = Pattern.compile("[^A-Za-z0-9._-]");
        private static final Pattern ENCODED = Pattern.compile("(?:~[0-9A-F]{2})+");
        private static final HexFormat HEX = HexFormat.of().withUpperCase();

        static String encode(String name) {
            StringBuilder encoded = new StringBuilder();
            name.codePoints().forEach(character -> {
                String text = Character.toString(character);
                if (SPECIAL.matcher(text).matches()) {
                    for (byte part : text.getBytes(StandardCharsets.UTF_8)) {
                        encoded.append('~').append(HEX.toHexDigits(part));
                    }
                } else {
                    encoded.append(text);
                }
            });
            return encoded.toString();
        }

        static String decode(String encoded) {
            return ENCODED.matcher(encoded).replaceAll(part -> Matcher.quoteReplacement(
                    new String(HEX.parseHex(part.group().replace("~", "")), StandardCharsets.UTF_8)));
        }

        @Override
        public Destination resolveDestinationName(Session session, String name, boolean topic) throws JMSException {
            String decoded = decode(name);
            return topic ? session.createTopic(decoded) : session.createQueue(decoded);
        }
    }
}
