package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.delivery.FileNames;
import io.github.camelroboflow.delivery.Taken;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.util.URISupport;

/**
 * Has the destinations of an exchange be remembered from here on, until {@link EndDelivery}, and sees to it that they know what to
 * call the result: sources of the user's own may not have said, or may say what others have named.
 */
public final class BeginDelivery implements Processor {

    /** @throws IllegalStateException if there is no result to deliver */
    @Override
    public void process(Exchange exchange) {
        if (Delivered.header(exchange, Delivered.RESULT_KEY).isEmpty()) {
            throw Delivered.noResult();
        }
        Outcomes.begin(exchange);
        Message message = exchange.getMessage();
        String name = first(exchange.getProperty(Taken.IMAGE_NAME, String.class),
                message.getHeader(Exchange.FILE_NAME_CONSUMED, String.class), message.getHeader(Exchange.FILE_NAME, String.class),
                exchange.getExchangeId());
        String resultFile = first(message.getHeader(Taken.RESULT_FILE, String.class), FileNames.withSuffix(name, ".json"));
        message.setHeader(Taken.RESULT_FILE, FileNames.safe(resultFile));
        exchange.setProperty(Taken.IMAGE_NAME, name);
        exchange.setProperty(Taken.SOURCE, first(exchange.getProperty(Taken.SOURCE, String.class), endpoint(exchange)));
    }

    private static String endpoint(Exchange exchange) {
        return exchange.getFromEndpoint() == null ? "" : URISupport.sanitizeUri(exchange.getFromEndpoint().getEndpointBaseUri());
    }

    private static String first(String... texts) {
        return Stream.of(texts).filter(Objects::nonNull).findFirst().orElse("");
    }
}
