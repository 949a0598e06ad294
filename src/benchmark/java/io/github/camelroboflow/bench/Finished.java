package io.github.camelroboflow.bench;

import java.util.concurrent.CountDownLatch;
import org.apache.camel.Endpoint;
import org.apache.camel.component.file.FileEndpoint;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeEvent;
import org.apache.camel.support.EventNotifierSupport;

/** Counts the images that are through, which is after their last move; not the copies of a message that went to destinations. */
final class Finished extends EventNotifierSupport {

    private final CountDownLatch left;
    private final Class<? extends Endpoint> source;

    Finished(CountDownLatch left) {
        this(left, FileEndpoint.class);
    }

    /** @param source of the images */
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
