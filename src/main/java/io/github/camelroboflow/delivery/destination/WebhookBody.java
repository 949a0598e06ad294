package io.github.camelroboflow.delivery.destination;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.delivery.destination.DeliveryExchange.MessageHeaders;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.support.ContractNames;
import io.github.camelroboflow.inference.support.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * A webhook body in the receiver's own format: JSON from a file, with placeholders such as <code>${image}</code> in its texts.
 * Values are inserted as text: they are never evaluated and can't end the text.
 */
public final class WebhookBody {

    /** The value that selects the body of {@link WebhookEnvelope} instead of a file. */
    public static final String ENVELOPE = "envelope";

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^{}]*)\\}");
    private static final long LARGEST = 1 << 20;
    /** The longest value. Receivers have limits: 2,000 characters for a message of Discord, 3,000 for a section of Slack. */
    private static final int LONGEST = 500;
    private static final String RESULT = "result";

    private final JsonNode json;

    private WebhookBody(JsonNode json) {
        this.json = json;
    }

    /**
     * Reads a body from a file.
     *
     * @throws IllegalArgumentException that says why the file can't be used
     */
    public static WebhookBody of(Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                throw new IllegalArgumentException(file + " has more than " + (LARGEST >> 20) + " MB");
            }
            JsonNode json = Json.STRICT.readTree(file.toFile());
            if (json.isMissingNode()) {
                throw new IllegalArgumentException(file + " is empty");
            }
            WebhookBody body = new WebhookBody(json);
            body.with(WebhookValues.NONE);
            return body;
        } catch (JacksonException e) {
            throw new IllegalArgumentException(file + " is no JSON (line " + e.getLocation().getLineNr() + ", column "
                    + e.getLocation().getColumnNr() + "): " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " can't be read (" + e.getClass().getSimpleName() + ")");
        } catch (UnknownPlaceholderException e) {
            throw new IllegalArgumentException(file + " has an unknown placeholder " + e.getMessage() + ": use "
                    + WebhookValues.NONE.texts().keySet().stream().map(name -> "${" + name + "}").collect(Collectors.joining(", "))
                    + " and ${" + RESULT + "}");
        }
    }

    /** Returns the text of the body with these values in its placeholders. */
    String with(WebhookValues values) {
        return filled(json, values).toString();
    }

    private static JsonNode filled(JsonNode node, WebhookValues values) {
        if (node instanceof ObjectNode object) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            object.properties().forEach(property -> copy.set(property.getKey(), filled(property.getValue(), values)));
            return copy;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            array.forEach(element -> copy.add(filled(element, values)));
            return copy;
        }
        if (!node.isTextual()) {
            return node;
        }
        return node.textValue().equals("${" + RESULT + "}") ? values.result()
                : JsonNodeFactory.instance.textNode(filled(node.textValue(), values.texts()));
    }

    private static String filled(String text, Map<String, String> values) {
        return PLACEHOLDER.matcher(text).replaceAll(place -> {
            String value = values.get(place.group(1));
            if (value == null) {
                throw new UnknownPlaceholderException(place.group());
            }
            return Matcher.quoteReplacement(shortened(value));
        });
    }

    private static String shortened(String value) {
        if (value.length() <= LONGEST) {
            return value;
        }
        int end = Character.isHighSurrogate(value.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return value.substring(0, end) + "…";
    }

    private static final class UnknownPlaceholderException extends RuntimeException {

        UnknownPlaceholderException(String place) {
            super(place);
        }
    }

    /**
     * The values that a webhook can send about one image.
     *
     * @param texts  by placeholder name in a {@link WebhookBody}
     * @param result the result's JSON
     */
    record WebhookValues(Map<String, String> texts, JsonNode result) {

        /** The values without an image. */
        static final WebhookValues NONE = of("", "", "", "", "", Map.of(), 0, JsonNodeFactory.instance.objectNode());

        static WebhookValues of(Exchange exchange) {
            JsonNode json = DeliveryExchange.tree(exchange);
            Inference inference = DeliveryExchange.result(exchange) instanceof Inference known ? known : read(json);
            return of(DeliveryExchange.header(exchange, ContractNames.DELIVERY_ID), DeliveryExchange.imageName(exchange),
                    DeliveryExchange.source(exchange), Instant.now().truncatedTo(ChronoUnit.MILLIS).toString(),
                    DeliveryExchange.header(exchange, ContractNames.MODEL_ID),
                    inference == null ? Map.of() : inference.counts(),
                    inference == null ? 0 : inference.confidences().values().stream().findFirst().orElse(0.0), json);
        }

        /** Returns {@code null} if the JSON is not a result. */
        private static Inference read(JsonNode json) {
            try {
                return json instanceof ObjectNode object ? InferenceJson.read(object) : null;
            } catch (IllegalArgumentException | ArithmeticException e) {
                return null;
            }
        }

        /** @param counts the most confident class first */
        private static WebhookValues of(String id, String image, String source, String time, String model,
                Map<String, Integer> counts, double confidence, JsonNode result) {
            Map<String, String> texts = new LinkedHashMap<>();
            texts.put("id", id);
            texts.put("image", image);
            texts.put("source", source);
            texts.put("time", time);
            texts.put("model", model);
            texts.put("classes", String.join(", ", counts.keySet()));
            texts.put("counts", counts.entrySet().stream().map(entry -> entry.getValue() + " " + entry.getKey())
                    .collect(Collectors.joining(", ")));
            texts.put("count", String.valueOf(counts.values().stream().mapToInt(Integer::intValue).sum()));
            texts.put("confidence", String.format(Locale.ROOT, "%.0f%%", 100 * confidence));
            return new WebhookValues(texts, result);
        }
    }

    /**
     * Builds the body of a webhook. If the variable {@value #BODY} names a file, {@link WebhookBody} reads it. Otherwise, a text
     * that the route has set as the body stays as it is. Otherwise the body is JSON of {@code id} (the delivery id), {@code image}
     * (the image's original name), {@code source} (the address of the image's source), {@code time} (the time when the result was
     * taken for delivery, ISO 8601 in UTC) and {@code result}. The only headers are the content type, the delivery id, and
     * {@code Authorization} if the variable {@value #AUTHORIZATION} has a value for it.
     */
    public static final class WebhookEnvelope implements Processor {

        private static final String BODY = "webhookBody";
        private static final String AUTHORIZATION = "webhookAuthorization";
        private static final String NONE = "none";
        private static final String JSON = "application/json";

        /** The bodies by file name; bounded by the number of names in the routes. */
        private final Map<String, WebhookBody> files = new ConcurrentHashMap<>();

        @Override
        public void process(Exchange exchange) {
            String file = exchange.getVariable(BODY, WebhookBody.ENVELOPE, String.class);
            String type = JSON;
            String body;
            Optional<String> own = DeliveryExchange.ownText(exchange);
            if (!file.equals(WebhookBody.ENVELOPE)) {
                body = files.computeIfAbsent(file, name -> WebhookBody.of(Path.of(name))).with(WebhookValues.of(exchange));
            } else if (own.isPresent()) {
                body = own.get();
                type = type(exchange, body);
            } else {
                body = envelope(WebhookValues.of(exchange));
            }
            Map<String, Object> headers = new LinkedHashMap<>(Map.of(Exchange.CONTENT_TYPE, type));
            String authorization = exchange.getVariable(AUTHORIZATION, NONE, String.class);
            if (!authorization.equals(NONE)) {
                headers.put("Authorization", authorization);
            }
            MessageHeaders.replace(exchange.getMessage(), headers);
            exchange.getMessage().setBody(body);
        }

        private static String envelope(WebhookValues values) {
            ObjectNode envelope = JsonNodeFactory.instance.objectNode();
            for (String name : new String[] {"id", "image", "source", "time"}) {
                envelope.put(name, values.texts().get(name));
            }
            return envelope.set("result", values.result()).toString();
        }

        /** Returns the content type: the header is the user's, unless it is the result's own. */
        private static String type(Exchange exchange, String body) {
            String type = DeliveryExchange.header(exchange, Exchange.CONTENT_TYPE);
            if (!type.isEmpty() && !type.startsWith(JSON) && !type.startsWith("image/")) {
                return type;
            }
            return DeliveryExchange.isJson(body) ? JSON : "text/plain; charset=utf-8";
        }
    }
}
