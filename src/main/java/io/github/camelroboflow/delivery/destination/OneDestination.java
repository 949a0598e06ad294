package io.github.camelroboflow.delivery.destination;

import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;

/**
 * Keeps a destination from having to do with the others: its steps, the one branch of a multicast with this strategy, work on a
 * copy of the message, and when they fail, the route goes on to the next destination; {@link EndDelivery} fails the exchange then.
 */
public final class OneDestination implements AggregationStrategy {

    @Override
    public Exchange aggregate(Exchange before, Exchange copy) {
        throw new UnsupportedOperationException("a multicast tells the exchange that it was given");
    }

    @Override
    public Exchange aggregate(Exchange before, Exchange copy, Exchange given) {
        if (copy.getException() != null) {
            FolderFile.discard(copy);
        }
        Outcomes.of(given).add(copy.getException());
        return given;
    }
}
