package io.github.camelroboflow.delivery.destination;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Has the destinations of an exchange be remembered from here on, until {@link EndDelivery}. */
public final class BeginDelivery implements Processor {

    @Override
    public void process(Exchange exchange) {
        Outcomes.begin(exchange);
    }
}
