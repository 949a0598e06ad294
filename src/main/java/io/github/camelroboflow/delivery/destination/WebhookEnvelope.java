package io.github.camelroboflow.delivery.destination;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Makes the body for a webhook, JSON of {@code id} (the delivery id), {@code image} (its name as it came), {@code source} (where it
 * came from), {@code time} (when the result was taken for delivery, ISO 8601 in UTC) and {@code result}. No header is left but
 * the content type and the delivery id.
 */
public final class WebhookEnvelope implements Processor {

    @Override
    public void process(Exchange exchange) {
        String id = Delivered.header(exchange, Delivered.DELIVERY_ID);
        ObjectNode envelope = JsonNodeFactory.instance.objectNode();
        envelope.put("id", id).put("image", Delivered.imageName(exchange)).put("source", Delivered.source(exchange))
                .put("time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString()).set("result", Delivered.tree(exchange));
        Headers.replace(exchange.getMessage(), Map.of(Exchange.CONTENT_TYPE, "application/json"));
        exchange.getMessage().setBody(envelope.toString());
    }
}
