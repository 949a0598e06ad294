package io.github.camelroboflow.delivery.destination;

import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Makes the message for a queue or a topic: the result's JSON as text, with the headers {@code deliveryId}, {@code resultKey},
 * {@code model}, {@code image} and {@code source}, and no others. Names are written as {@link PlainText} writes them.
 */
public final class TextMessage implements Processor {

    @Override
    public void process(Exchange exchange) {
        Map<String, Object> headers = Map.of("deliveryId", Delivered.header(exchange, Delivered.DELIVERY_ID),
                "resultKey", Delivered.header(exchange, Delivered.RESULT_KEY),
                "model", Delivered.header(exchange, Delivered.MODEL_ID),
                "image", PlainText.of(Delivered.imageName(exchange)), "source", PlainText.of(Delivered.source(exchange)));
        String json = Delivered.json(exchange);
        Headers.replace(exchange.getMessage(), headers);
        exchange.getMessage().setBody(json);
    }
}
