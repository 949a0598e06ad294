package io.github.camelroboflow.component;

import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** A started Camel context with a fake engine in its registry under the name {@code fake}. */
final class Fixture implements AutoCloseable {

    static final String ENDPOINT = "roboflow:parts/1?engine=#fake";

    final FakeEngine engine = new FakeEngine();
    final CamelContext context = new DefaultCamelContext();

    Fixture() {
        this(null);
    }

    Fixture(RouteBuilder routes) {
        context.getRegistry().bind("fake", engine);
        context.getShutdownStrategy().setTimeout(20);
        try {
            if (routes != null) {
                context.addRoutes(routes);
            }
            context.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** The exchange after a call of the endpoint. */
    Exchange send(Object body) {
        return send(ENDPOINT, body, Map.of());
    }

    Exchange send(String uri, Object body, Map<String, Object> headers) {
        return send(uri, exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().getHeaders().putAll(headers);
        });
    }

    Exchange send(String uri, Processor message) {
        return context.createProducerTemplate().send(uri, message);
    }

    @Override
    public void close() {
        context.stop();
    }
}
