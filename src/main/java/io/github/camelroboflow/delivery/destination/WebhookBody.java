package io.github.camelroboflow.delivery.destination;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.delivery.destination.DeliveryExchange.MessageHeaders;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceJson;
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
 * The body that a receiver wants instead of ours: JSON from a file, with places such as <code>${image}</code> in its texts. Names
 * are put there as text, never evaluated and never able to end it.
 */
public final class WebhookBody {

    /** In place of a file: the body of {@link WebhookEnvelope}. */
    public static final String ENVELOPE = "envelope";

    private static final ObjectMapper MAPPER =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    private static final Pattern PLACE = Pattern.compile("\\$\\{([^{}]*)\\}");
    private static final long LARGEST = 1 << 20;
    /** Receivers have limits: 2,000 characters for a message of Discord's, 3,000 for a section of Slack's. */
    private static final int LONGEST = 500;
    private static final String RESULT = "result";

    private final JsonNode json;

    private WebhookBody(JsonNode json) {
        this.json = json;
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException saying why the file can't be used
     */
    public static WebhookBody of(Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                throw new IllegalArgumentException(file + " has more than " + (LARGEST >> 20) + " MB");
            }
            JsonNode json = MAPPER.readTree(file.toFile());
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
        } catch (UnknownPlaceException e) {
            throw new IllegalArgumentException(file + " has a place " + e.getMessage() + " that is none: there are "
                    + WebhookValues.NONE.texts().keySet().stream().map(name -> "${" + name + "}").collect(Collectors.joining(", "))
                    + " and ${" + RESULT + "}");
        }
    }

    /** The text of the body with these facts in their places. */
    String with(WebhookValues facts) {
        return filled(json, facts).toString();
    }

    private static JsonNode filled(JsonNode node, WebhookValues facts) {
        if (node instanceof ObjectNode object) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            object.properties().forEach(property -> copy.set(property.getKey(), filled(property.getValue(), facts)));
            return copy;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            array.forEach(element -> copy.add(filled(element, facts)));
            return copy;
        }
        if (!node.isTextual()) {
            return node;
        }
        return node.textValue().equals("${" + RESULT + "}") ? facts.result()
                : JsonNodeFactory.instance.textNode(filled(node.textValue(), facts.texts()));
    }

    private static String filled(String text, Map<String, String> facts) {
        return PLACE.matcher(text).replaceAll(place -> {
            String fact = facts.get(place.group(1));
            if (fact == null) {
                throw new UnknownPlaceException(place.group());
            }
            return Matcher.quoteReplacement(shortened(fact));
        });
    }

    private static String shortened(String fact) {
        if (fact.length() <= LONGEST) {
            return fact;
        }
        int end = Character.isHighSurrogate(fact.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return fact.substring(0, end) + "…";
    }

    private static final class UnknownPlaceException extends RuntimeException {

        UnknownPlaceException(String place) {
            super(place);
        }
    }

    /**
     * Values that a webhook may tell of one image.
     *
     * @param texts  by the names that they have in a {@link WebhookBody}
     * @param result its JSON
     */
    record WebhookValues(Map<String, String> texts, JsonNode result) {

        /** For no image. */
        static final WebhookValues NONE = of("", "", "", "", "", Map.of(), 0, JsonNodeFactory.instance.objectNode());

        static WebhookValues of(Exchange exchange) {
            JsonNode json = DeliveryExchange.tree(exchange);
            Inference inference = DeliveryExchange.result(exchange) instanceof Inference known ? known : read(json);
            return of(DeliveryExchange.header(exchange, DeliveryExchange.DELIVERY_ID), DeliveryExchange.imageName(exchange),
                    DeliveryExchange.source(exchange),
                    Instant.now().truncatedTo(ChronoUnit.MILLIS).toString(), DeliveryExchange
                    .header(exchange, DeliveryExchange.MODEL_ID),
                    inference == null ? Map.of() : inference.counts(),
                    inference == null ? 0 : inference.confidences().values().stream().findFirst().orElse(0.0), json);
        }

        /** {@code null} if it is no result. */
        private static Inference read(JsonNode json) {
            try {
                return json instanceof ObjectNode object ? InferenceJson.read(object) : null;
            } catch (IllegalArgumentException | ArithmeticException e) {
                return null;
            }
        }

        /** @param counts the most confident class first */
        private static WebhookValues of(String id, String image, String source, String time, String model, Map<String,
                Integer> counts,
                double confidence, JsonNode result) {
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
     * Makes the body for a webhook: what the variable {@value #BODY} names, a file as {@link WebhookBody} reads it; else a text
     * that the route has set as the body, as it is; else JSON of {@code id} (the delivery id), {@code image} (its name as it came),
     * {@code source} (where it came from), {@code time} (when the result was taken for delivery, ISO 8601 in UTC) and {@code
     * result}. No header is left but the content type, the delivery id, and {@code Authorization} where the variable
     * {@value #AUTHORIZATION} has a value for it.
     */
    public static final class WebhookEnvelope implements Processor {

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

        private static String envelope(WebhookValues facts) {
            ObjectNode envelope = JsonNodeFactory.instance.objectNode();
            for (String name : new String[] {"id", "image", "source", "time"}) {
                envelope.put(name, facts.texts().get(name));
            }
            return envelope.set("result", facts.result()).toString();
        }

        /** The header is the user's unless it is what the result had. */
        private static String type(Exchange exchange, String body) {
            String type = DeliveryExchange.header(exchange, Exchange.CONTENT_TYPE);
            if (!type.isEmpty() && !type.startsWith(JSON) && !type.startsWith("image/")) {
                return type;
            }
            return DeliveryExchange.isJson(body) ? JSON : "text/plain; charset=utf-8";
        }
    }
}
