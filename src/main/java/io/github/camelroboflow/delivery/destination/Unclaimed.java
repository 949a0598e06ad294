package io.github.camelroboflow.delivery.destination;

import org.apache.camel.Exchange;
import org.apache.camel.Predicate;

/** True of an exchange that no destination was tried with. */
public final class Unclaimed implements Predicate {

    @Override
    public boolean matches(Exchange exchange) {
        return Outcomes.of(exchange).destinations() == 0;
    }
}
