package io.github.camelroboflow.delivery.outbox;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Sends the message to the endpoint that the exchange property {@value Outbox#DESTINATION} names, or, while that is down, by the
 * outbox.
 */
public final class Deliver extends ServiceSupport implements Processor {

    private Outbox outbox;

    public void setOutbox(Outbox outbox) {
        this.outbox = outbox;
    }

    /** The routes start what they use: what waits since the last run is sent from then on. */
    @Override
    protected void doStart() {
        outbox.useInRoutes();
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        outbox.deliver(exchange);
    }
}
