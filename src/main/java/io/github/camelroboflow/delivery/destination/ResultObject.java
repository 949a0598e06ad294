package io.github.camelroboflow.delivery.destination;

import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Makes an object for S3 of the result: its JSON as text, with the header {@code objectKey} as it was, and its content type. */
public final class ResultObject implements Processor {

    private static final String KEY = "objectKey";

    @Override
    public void process(Exchange exchange) {
        String json = Delivered.json(exchange);
        Headers.replace(exchange.getMessage(), Map.of(KEY, Delivered.header(exchange, KEY),
                Headers.OBJECT_TYPE, "application/json", Exchange.CONTENT_TYPE, "application/json"));
        exchange.getMessage().setBody(json);
    }
}
