package io.github.camelroboflow.bench;

import java.util.concurrent.CountDownLatch;
import org.apache.camel.component.file.FileEndpoint;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeEvent;
import org.apache.camel.support.EventNotifierSupport;

/** Counts the images that are through, which is after their last move; not the copies of a message that went to destinations. */
final class Finished extends EventNotifierSupport {

    private final CountDownLatch left;

    Finished(CountDownLatch left) {
        this.left = left;
        setIgnoreExchangeCreatedEvent(true);
    }

    @Override
    public boolean isEnabled(CamelEvent event) {
        return event.getType() == CamelEvent.Type.ExchangeCompleted;
    }

    @Override
    public void notify(CamelEvent event) {
        if (((ExchangeEvent) event).getExchange().getFromEndpoint() instanceof FileEndpoint) {
            left.countDown();
        }
    }
}
