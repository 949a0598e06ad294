package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.outbox.Outbox.WebhookScheme;
import io.github.camelroboflow.delivery.outbox.Outbox.WebhookSettings;
import io.github.camelroboflow.delivery.outbox.OutboxMessage.OutboxMessageFactory;
import io.github.camelroboflow.delivery.route.Durations;
import io.github.camelroboflow.delivery.source.AcceptedDestinations;
import java.time.Clock;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Sends the message to the endpoint that the exchange property {@value Outbox#DESTINATION} names. Where the registry has an
 * {@link Outbox} as {@code outbox}, it goes by that while the endpoint is down, or always; else it is sent at once, and that it
 * could not be sent fails the exchange.
 */
public final class DeliveryStep extends ServiceSupport implements Processor, CamelContextAware {

    private static final String OUTBOX = "outbox";
    private static final String SCHEME = "webhook.scheme";
    private static final String SECRET = "webhook.secret";

    private CamelContext camelContext;
    private Outbox outbox;
    private boolean always;
    private String connectTimeout = "5s";
    private String responseTimeout = "30s";
    private ProducerTemplate template;
    private WebhookSender webhooks;
    private EndpointSender direct;

    /** Whether it always goes by the outbox, where there is one. */
    public void setAlways(boolean always) {
        this.always = always;
    }

    /** How long it may take to reach a webhook's receiver, without an outbox. */
    public void setConnectTimeout(String connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    /** How long a webhook's receiver may be silent, without an outbox. */
    public void setResponseTimeout(String responseTimeout) {
        this.responseTimeout = responseTimeout;
    }

    /** The routes start what they use: what waits in the outbox since the last run is sent from then on. */
    @Override
    protected void doStart() {
        outbox = camelContext.getRegistry().lookupByNameAndType(OUTBOX, Outbox.class);
        if (outbox != null) {
            outbox.useInRoutes();
            return;
        }
        template = camelContext.createProducerTemplate();
        webhooks = new WebhookSender(new WebhookSettings(Durations.parse("webhook.connectTimeout", connectTimeout),
                Durations.parse("webhook.responseTimeout", responseTimeout), scheme(property(SCHEME)), property(SECRET)),
                Clock.systemUTC());
        direct = new EndpointSender(camelContext, template, webhooks);
    }

    /** Returns a property; not given to a setter, which Camel would let it name a bean. */
    private String property(String name) {
        return camelContext.getPropertiesComponent().resolveProperty(name).orElse("").strip();
    }

    private static WebhookScheme scheme(String name) {
        return switch (name) {
            case "", "standard" -> WebhookScheme.STANDARD;
            case "stripe" -> WebhookScheme.STRIPE;
            default -> throw new IllegalArgumentException(SCHEME + "=" + name + ": it is standard or stripe");
        };
    }

    @Override
    protected void doStop() {
        ServiceHelper.stopService(template);
        if (webhooks != null) {
            webhooks.close();
        }
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        if (outbox == null) {
            OutboxMessage message = OutboxMessageFactory.of(exchange);
            direct.send(message);
            AcceptedDestinations.accepted(exchange, message.destination());
        } else if (always) {
            outbox.enqueue(exchange);
        } else {
            outbox.deliver(exchange);
        }
    }

    /** Returns whether there is an outbox, which {@link #enqueue}, {@link #change} and {@link #waiting} need. */
    public boolean hasOutbox() {
        return outbox != null;
    }

    /** Gives the message to the outbox, to be sent at a time or some seconds after it. */
    public void enqueue(Exchange exchange, Instant due) throws InvalidPayloadException {
        outbox.enqueue(exchange, due);
    }

    /** Changes the text of the same message that waits in the outbox. Returns false if it does not wait, or is being sent. */
    public boolean change(Exchange exchange, UnaryOperator<String> change) throws InvalidPayloadException {
        return outbox.change(exchange, change);
    }

    /**
     * Returns the number of messages that wait in the outbox for a destination.
     *
     * @param part the value of {@link Outbox#PART} in all of them
     */
    public long waiting(String destination, String part) {
        return outbox.waiting(destination, part);
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }
}
