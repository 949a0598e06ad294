package io.github.camelroboflow.delivery.destination;

import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Endpoint;
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
        Endpoint destination;
        synchronized (this) {
            // a component that two threads ask for at once may be given to one of them before it is ready
            destination = camelContext.getEndpoint(exchange.getProperty(DESTINATION, String.class));
        }
        exchange.setPattern(ExchangePattern.InOnly);
        template.send(destination, exchange);
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
