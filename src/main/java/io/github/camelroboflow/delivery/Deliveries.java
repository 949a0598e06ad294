package io.github.camelroboflow.delivery;

import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeSendingEvent;
import org.apache.camel.spi.CamelEvent.ExchangeSentEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.apache.camel.util.StringHelper;
import org.apache.camel.util.URISupport;

/**
 * Remembers in each exchange which destinations have accepted something of it, so that the report about an image that failed later can
 * tell who already has a result. Copies of an exchange, as a multicast makes them, share the memory of the original.
 */
final class Deliveries extends EventNotifierSupport {

    private static final String PROPERTY = "CamelRoboflowDeliveries";

    /** Not places that keep anything. */
    private static final Set<String> STEPS = Set.of("roboflow", "direct", "seda", "log", "bean", "class", "language", "controlbus", "mock");

    Deliveries() {
        setIgnoreCamelContextEvents(true);
        setIgnoreServiceEvents(true);
        setIgnoreRouteEvents(true);
        setIgnoreExchangeCreatedEvent(true);
        setIgnoreExchangeCompletedEvent(true);
        setIgnoreExchangeFailedEvents(true);
        setIgnoreExchangeRedeliveryEvents(true);
        setIgnoreStepEvents(true);
    }

    /** Has an exchange, and all copies that are made of it later, remember. */
    static void remember(Exchange exchange) {
        exchange.setProperty(PROPERTY, new ConcurrentLinkedQueue<String>());
    }

    /** Where something of the exchange was accepted, in the order of that; without what an address may hold of secrets. */
    static List<String> of(Exchange exchange) {
        Queue<?> accepted = exchange.getProperty(PROPERTY, Queue.class);
        return accepted == null ? List.of() : accepted.stream().map(String::valueOf).distinct().toList();
    }

    @Override
    public boolean isEnabled(CamelEvent event) {
        // Camel tells that something was sent only if somebody wanted to know that it is being sent
        return event instanceof ExchangeSendingEvent || event instanceof ExchangeSentEvent;
    }

    @Override
    @SuppressWarnings("unchecked")
    public void notify(CamelEvent event) {
        if (event instanceof ExchangeSentEvent sent && !sent.getExchange().isFailed()) {
            Queue<String> accepted = sent.getExchange().getProperty(PROPERTY, Queue.class);
            if (accepted != null && !STEPS.contains(scheme(sent.getEndpoint()))) {
                accepted.add(place(sent.getEndpoint()));
            }
        }
    }

    private static String scheme(Endpoint endpoint) {
        return StringHelper.before(endpoint.getEndpointBaseUri(), ":", "");
    }

    /** Of an address of the web just the server: some put a token into the path. */
    private static String place(Endpoint endpoint) {
        String uri = URISupport.sanitizeUri(endpoint.getEndpointBaseUri());
        return scheme(endpoint).startsWith("http") ? uri.replaceFirst("^(https?:/*[^/]+).*", "$1") : uri.replaceFirst("://", ":");
    }
}
