package io.github.camelroboflow.delivery.destination;

import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Sends to the endpoint in the property {@code CamelRoboflowDestination}, which is made when the first message goes there, so that no
 * program fails to start because some destination of it is down.
 */
public final class SendNow extends ServiceSupport implements Processor, CamelContextAware {

    private static final String DESTINATION = "CamelRoboflowDestination";

    private CamelContext camelContext;
    private ProducerTemplate template;

    @Override
    public void process(Exchange exchange) {
        exchange.setPattern(ExchangePattern.InOnly);
        template.send(exchange.getProperty(DESTINATION, String.class), exchange);
    }

    @Override
    protected void doStart() {
        template = camelContext.createProducerTemplate();
    }

    @Override
    protected void doStop() {
        template.stop();
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
