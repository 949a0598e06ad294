package io.github.camelroboflow.delivery.source;

import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
 * Remembers in each exchange which destinations accepted a result, so that the report about an image that failed later can list
 * them. Copies of an exchange, as a multicast makes them, share the list of the original.
 */
public final class AcceptedDestinations extends EventNotifierSupport {

    /** Captures the scheme, and the server without the user. */
    private static final Pattern WEB = Pattern.compile("(?is)(https?:/*)(?:[^/]*@)?([^/]*).*");

    private static final String PROPERTY = "CamelRoboflowDeliveries";
    private static final String ONCE = "CamelRoboflowDeliveredOnce";

    /** The schemes of endpoints that store nothing. */
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

    /** Watches the tracked exchanges of a context. More than one call has no further effect. */
    public static synchronized void watch(CamelContext context) {
        boolean watched = context.getManagementStrategy().getEventNotifiers().stream()
                .anyMatch(AcceptedDestinations.class::isInstance);
        if (!watched) {
            AcceptedDestinations deliveries = new AcceptedDestinations();
            ServiceHelper.startService(deliveries);
            context.getManagementStrategy().addEventNotifier(deliveries);
        }
    }

    /** Starts the list of an exchange and of all its later copies. */
    static void track(Exchange exchange) {
        exchange.setProperty(PROPERTY, new ConcurrentLinkedQueue<String>());
        exchange.setProperty(ONCE, ConcurrentHashMap.newKeySet());
    }

    /** Returns the messages about the image of an exchange that are not to be repeated; a set of its own if there is no image. */
    @SuppressWarnings("unchecked")
    public static Set<String> once(Exchange exchange) {
        Set<String> once = exchange.getProperty(ONCE, Set.class);
        return once == null ? new HashSet<>() : once;
    }

    /** Returns the addresses that accepted a result of the exchange, in the order of acceptance and without secrets. */
    public static List<String> of(Exchange exchange) {
        Queue<?> accepted = exchange.getProperty(PROPERTY, Queue.class);
        return accepted == null ? List.of() : accepted.stream().map(String::valueOf).distinct().toList();
    }

    /** Adds a destination that accepted a result and that no Camel endpoint reports. */
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
        // Camel sends the event "sent" only if somebody also wants the event "sending"
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
     * Returns an endpoint's address without its options. A web address is cut to its server: a token can stand in the path or
     * before the server's name.
     */
    public static String redactedAddress(String endpointUri) {
        String uri = URISupport.sanitizeUri(StringHelper.before(endpointUri, "?", endpointUri));
        Matcher web = WEB.matcher(uri);
        return web.matches() ? web.group(1) + web.group(2) : uri.replaceFirst("://", ":");
    }
}
