package io.github.camelroboflow.delivery.source;

import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeSendingEvent;
import org.apache.camel.spi.CamelEvent.ExchangeSentEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.util.StringHelper;
import org.apache.camel.util.URISupport;

/**
 * Remembers in each exchange which destinations have accepted something of it, so that the report about an image that failed later
 * can tell who already has a result. Copies of an exchange, as a multicast makes them, share the memory of the original.
 */
public final class AcceptedDestinations extends EventNotifierSupport {

    /** The scheme, and the server without the user. */
    private static final Pattern WEB = Pattern.compile("(?is)(https?:/*)(?:[^/]*@)?([^/]*).*");

    private static final String PROPERTY = "CamelRoboflowDeliveries";

    /** Not places that keep anything. */
    private static final Set<String> STEPS = Set.of("roboflow", "direct", "seda", "log", "bean", "class", "language",
            "controlbus", "mock", "kamelet");

    private AcceptedDestinations() {
        setIgnoreCamelContextEvents(true);
        setIgnoreServiceEvents(true);
        setIgnoreRouteEvents(true);
        setIgnoreExchangeCreatedEvent(true);
        setIgnoreExchangeCompletedEvent(true);
        setIgnoreExchangeFailedEvents(true);
        setIgnoreExchangeRedeliveryEvents(true);
        setIgnoreStepEvents(true);
    }

    /** Has the exchanges of a context remember that were told to; once is enough. */
    public static synchronized void watch(CamelContext context) {
        boolean watched = context.getManagementStrategy().getEventNotifiers().stream()
                .anyMatch(AcceptedDestinations.class::isInstance);
        if (!watched) {
            AcceptedDestinations deliveries = new AcceptedDestinations();
            ServiceHelper.startService(deliveries);
            context.getManagementStrategy().addEventNotifier(deliveries);
        }
    }

    /** Has an exchange, and all copies that are made of it later, remember. */
    static void track(Exchange exchange) {
        exchange.setProperty(PROPERTY, new ConcurrentLinkedQueue<String>());
    }

    /** Where something of the exchange was accepted, in the order of that; without what an address may hold of secrets. */
    public static List<String> of(Exchange exchange) {
        Queue<?> accepted = exchange.getProperty(PROPERTY, Queue.class);
        return accepted == null ? List.of() : accepted.stream().map(String::valueOf).distinct().toList();
    }

    /** Notes that a destination has accepted something of the exchange, where no endpoint tells. */
    public static void accepted(Exchange exchange, String uri) {
        Queue<String> accepted = memory(exchange);
        if (accepted != null) {
            accepted.add(redactedAddress(uri));
        }
    }

    @SuppressWarnings("unchecked")
    private static Queue<String> memory(Exchange exchange) {
        return exchange.getProperty(PROPERTY, Queue.class);
    }

    @Override
    public boolean isEnabled(CamelEvent event) {
        // Camel tells that something was sent only if somebody wanted to know that it is being sent
        return event instanceof ExchangeSendingEvent || event instanceof ExchangeSentEvent;
    }

    @Override
    public void notify(CamelEvent event) {
        if (event instanceof ExchangeSentEvent sent && !sent.getExchange().isFailed()) {
            Queue<String> accepted = memory(sent.getExchange());
            String uri = sent.getEndpoint().getEndpointBaseUri();
            if (accepted != null && !STEPS.contains(scheme(uri))) {
                accepted.add(redactedAddress(uri));
            }
        }
    }

    private static String scheme(String uri) {
        return StringHelper.before(uri, ":", "");
    }

    /**
     * An endpoint's address without its options; of an address of the web just the server: some put a token into the path, or
     * before the server's name.
     */
    public static String redactedAddress(String endpointUri) {
        String uri = URISupport.sanitizeUri(StringHelper.before(endpointUri, "?", endpointUri));
        Matcher web = WEB.matcher(uri);
        return web.matches() ? web.group(1) + web.group(2) : uri.replaceFirst("://", ":");
    }
}
