package io.github.camelroboflow.app.page;

import io.github.camelroboflow.inference.Inference;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeEvent;
import org.apache.camel.spi.CamelEvent.Type;
import org.apache.camel.support.EventNotifierSupport;

/** Adds the requests of the route server to the recent results, with the images that clients sent. */
final class ServedRequests extends EventNotifierSupport {

    private static final String SERVER = "roboflow-server:";
    private static final String REQUEST_ID = "CamelRoboflowRequestId";
    /** The images of a request, since a result takes their place in the message. */
    private static final String IMAGES = "CamelRoboflowPageImages";

    private final RecentWork work;

    ServedRequests(RecentWork work) {
        this.work = work;
    }

    @Override
    public boolean isEnabled(CamelEvent event) {
        return (event.getType() == Type.ExchangeCreated || event.getType() == Type.ExchangeCompleted)
                && ((ExchangeEvent) event).getExchange().getFromEndpoint() != null
                && ((ExchangeEvent) event).getExchange().getFromEndpoint().getEndpointBaseUri().startsWith(SERVER);
    }

    @Override
    public void notify(CamelEvent event) {
        Exchange exchange = ((ExchangeEvent) event).getExchange();
        if (event.getType() == Type.ExchangeCreated) {
            exchange.setProperty(IMAGES, exchange.getMessage().getBody());
            return;
        }
        List<?> images = list(exchange.getProperty(IMAGES));
        List<?> results = list(exchange.getMessage().getBody());
        String name = "request " + exchange.getMessage().getHeader(REQUEST_ID, "", String.class);
        for (int i = 0; i < Math.min(images.size(), results.size()); i++) {
            if (images.get(i) instanceof byte[] image && results.get(i) instanceof Inference result) {
                work.served(exchange, images.size() == 1 ? name : name + ", image " + (i + 1), result, image);
            }
        }
    }

    private static List<?> list(Object body) {
        return body instanceof List<?> all ? all : body == null ? List.of() : List.of(body);
    }
}
