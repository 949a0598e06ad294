package io.github.camelroboflow.bench;

import java.util.concurrent.CountDownLatch;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;

/** Counts the images that are through, which is after their last move. */
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
        left.countDown();
    }
}
