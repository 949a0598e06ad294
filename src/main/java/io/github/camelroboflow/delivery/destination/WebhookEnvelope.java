package io.github.camelroboflow.delivery.destination;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Makes the body for a webhook: what the variable {@value #BODY} names, a file as {@link WebhookBody} reads it; else a text that
 * the route has set as the body, as it is; else JSON of {@code id} (the delivery id), {@code image} (its name as it came),
 * {@code source} (where it came from), {@code time} (when the result was taken for delivery, ISO 8601 in UTC) and {@code result}.
 * No header is left but the content type, the delivery id, and {@code Authorization} where the variable
 * {@value #AUTHORIZATION} has a value for it.
 */
public final class WebhookEnvelope implements Processor {

    private static final String BODY = "webhookBody";
    private static final String AUTHORIZATION = "webhookAuthorization";
    private static final String NONE = "none";
    private static final String JSON = "application/json";

    /** As many as the routes name. */
    private final Map<String, WebhookBody> files = new ConcurrentHashMap<>();

    @Override
    public void process(Exchange exchange) {
        String file = exchange.getVariable(BODY, WebhookBody.ENVELOPE, String.class);
        String type = JSON;
        String body;
        Optional<String> own = Delivered.ownText(exchange);
        if (!file.equals(WebhookBody.ENVELOPE)) {
            body = files.computeIfAbsent(file, name -> WebhookBody.of(Path.of(name))).with(WebhookFacts.of(exchange));
        } else if (own.isPresent()) {
            body = own.get();
            type = type(exchange, body);
        } else {
            body = envelope(WebhookFacts.of(exchange));
        }
        Map<String, Object> headers = new LinkedHashMap<>(Map.of(Exchange.CONTENT_TYPE, type));
        String authorization = exchange.getVariable(AUTHORIZATION, NONE, String.class);
        if (!authorization.equals(NONE)) {
            headers.put("Authorization", authorization);
        }
        Headers.replace(exchange.getMessage(), headers);
        exchange.getMessage().setBody(body);
    }

    private static String envelope(WebhookFacts facts) {
        ObjectNode envelope = JsonNodeFactory.instance.objectNode();
        for (String name : new String[] {"id", "image", "source", "time"}) {
            envelope.put(name, facts.texts().get(name));
        }
        return envelope.set("result", facts.result()).toString();
    }

    /** The header is the user's unless it is what the result had. */
    private static String type(Exchange exchange, String body) {
        String type = Delivered.header(exchange, Exchange.CONTENT_TYPE);
        if (!type.isEmpty() && !type.startsWith(JSON) && !type.startsWith("image/")) {
            return type;
        }
        return Delivered.isJson(body) ? JSON : "text/plain; charset=utf-8";
    }
}
