package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.delivery.outbox.Outbox;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Makes the address of the queue whose name is in the exchange property {@value #QUEUE}, in which the name stays what it is. */
public final class QueueAddress implements Processor {

    private static final String QUEUE = "CamelRoboflowQueue";

    @Override
    public void process(Exchange exchange) {
        String name = exchange.getProperty(QUEUE, String.class);
        exchange.setProperty(Outbox.DESTINATION, "jms:queue:" + QueueNames.encode(name) + "?connectionFactory=#queueConnections"
                + "&jmsMessageType=Text&exchangePattern=InOnly&destinationResolver=#queueNames");
    }
}
