package io.github.camelroboflow.bench;

import java.util.concurrent.CountDownLatch;
import org.apache.camel.Endpoint;
import org.apache.camel.component.file.FileEndpoint;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeEvent;
import org.apache.camel.support.EventNotifierSupport;

/** Counts finished images, after their last move. Does not count the copies of a message for destinations. */
final class Finished extends EventNotifierSupport {

    private final CountDownLatch left;
    private final Class<? extends Endpoint> source;

    Finished(CountDownLatch left) {
        this(left, FileEndpoint.class);
    }

    /** @param source the endpoint that the images come from */
    Finished(CountDownLatch left, Class<? extends Endpoint> source) {
        this.left = left;
        this.source = source;
        setIgnoreExchangeCreatedEvent(true);
    }

    @Override
    public boolean isEnabled(CamelEvent event) {
        return event.getType() == CamelEvent.Type.ExchangeCompleted;
    }

    @Override
    public void notify(CamelEvent event) {
        if (source.isInstance(((ExchangeEvent) event).getExchange().getFromEndpoint())) {
            left.countDown();
        }
    }
}
