package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.delivery.Failures;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.RuntimeCamelException;

/**
 * Fails an exchange of which some destination has nothing, when all of them have been tried. Of several failures an outage is told
 * first: while there is one, the image has to come again anyway.
 */
public final class EndDelivery implements Processor {

    @Override
    public void process(Exchange exchange) {
        List<Throwable> failures = new ArrayList<>(Outcomes.of(exchange).failures());
        if (failures.isEmpty()) {
            return;
        }
        Throwable told = failures.stream().filter(failure -> Failures.outage(failure).isPresent()).findFirst()
                .orElse(failures.get(0));
        failures.stream().filter(failure -> failure != told).forEach(told::addSuppressed);
        throw RuntimeCamelException.wrapRuntimeException(told);
    }
}
