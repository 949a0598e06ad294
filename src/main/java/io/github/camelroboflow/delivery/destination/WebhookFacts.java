package io.github.camelroboflow.delivery.destination;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceJson;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;

/**
 * Values that a webhook may tell of one image.
 *
 * @param texts  by the names that they have in a {@link WebhookBody}
 * @param result its JSON
 */
record WebhookFacts(Map<String, String> texts, JsonNode result) {

    /** For no image. */
    static final WebhookFacts NONE = of("", "", "", "", "", Map.of(), 0, JsonNodeFactory.instance.objectNode());

    static WebhookFacts of(Exchange exchange) {
        JsonNode json = Delivered.tree(exchange);
        Inference inference = Delivered.result(exchange) instanceof Inference known ? known : read(json);
        return of(Delivered.header(exchange, Delivered.DELIVERY_ID), Delivered.imageName(exchange), Delivered.source(exchange),
                Instant.now().truncatedTo(ChronoUnit.MILLIS).toString(), Delivered.header(exchange, Delivered.MODEL_ID),
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
    private static WebhookFacts of(String id, String image, String source, String time, String model, Map<String, Integer> counts,
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
        return new WebhookFacts(texts, result);
    }
}
