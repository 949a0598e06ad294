package io.github.camelroboflow.delivery.destination;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.support.ContractNames;
import io.github.camelroboflow.inference.support.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;

/**
 * A webhook body in the receiver's own format: JSON with placeholders such as <code>${image}</code> in its texts. Values are
 * inserted as text: they are never evaluated and can't end the text.
 */
final class WebhookBody {

    /** The names of the bodies that come with the library, each a file beside this class. */
    static final List<String> READY = List.of("slack", "teams", "discord");

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^{}]*)\\}");
    private static final Pattern NAME_AND_LENGTH = Pattern.compile("(\\w+)(?::([1-9]\\d{0,4}))?");
    private static final long LARGEST = 1 << 20;
    /** The greatest length of a value that names no other: messages have limits, 2,000 characters at Discord. */
    private static final int LONGEST = 500;
    private static final String RESULT = "result";

    private final JsonNode json;

    private WebhookBody(JsonNode json) {
        this.json = json;
    }

    /**
     * Reads a body.
     *
     * @param given a name of {@link #READY}, JSON, or a file of JSON
     * @throws IllegalArgumentException that says why it can't be used
     */
    static WebhookBody of(String given) {
        if (READY.contains(given)) {
            return ready(given);
        }
        if (!isJson(given)) {
            return of(Path.of(given));
        }
        if (given.contains("}}")) {
            throw new IllegalArgumentException("its JSON has }}, which ends a placeholder for Camel: write a space between the two"
                    + " braces, or write it into a file");
        }
        try {
            return checked("its JSON", Json.STRICT.readTree(given));
        } catch (JacksonException e) {
            throw notJson("it", e);
        }
    }

    /** Returns whether it is JSON, and not a name or a file. */
    static boolean isJson(String given) {
        return given.startsWith("{") || given.startsWith("[");
    }

    /** Returns a body that comes with the library. */
    static WebhookBody ready(String name) {
        try (InputStream file = WebhookBody.class.getResourceAsStream("webhook-" + name + ".json")) {
            return checked(name, Json.STRICT.readTree(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static WebhookBody of(Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                throw new IllegalArgumentException(file + " has more than " + (LARGEST >> 20) + " MB");
            }
            return checked(file.toString(), Json.STRICT.readTree(file.toFile()));
        } catch (JacksonException e) {
            throw notJson(file.toString(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " can't be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static IllegalArgumentException notJson(String subject, JacksonException e) {
        return new IllegalArgumentException(subject + " is no JSON (line " + e.getLocation().getLineNr() + ", column "
                + e.getLocation().getColumnNr() + "): " + e.getOriginalMessage());
    }

    private static WebhookBody checked(String subject, JsonNode json) {
        if (json.isMissingNode()) {
            throw new IllegalArgumentException(subject + " is empty");
        }
        WebhookBody body = new WebhookBody(json);
        try {
            body.with(WebhookValues.NONE);
            return body;
        } catch (UnknownPlaceholderException e) {
            throw new IllegalArgumentException(subject + " has " + e.getMessage());
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
            Matcher wanted = NAME_AND_LENGTH.matcher(place.group(1));
            String value = wanted.matches() ? values.get(wanted.group(1)) : null;
            if (value == null) {
                throw new UnknownPlaceholderException(place.group(), values);
            }
            int ownLongest = wanted.group(1).equals(WebhookValues.FILE) ? Integer.MAX_VALUE : LONGEST;
            return Matcher.quoteReplacement(shortened(value,
                    wanted.group(2) == null ? ownLongest : Integer.parseInt(wanted.group(2))));
        });
    }

    /** @param longest the greatest length, with the ellipsis that ends a shortened text */
    static String shortened(String value, int longest) {
        if (value.length() <= longest) {
            return value;
        }
        int end = longest - 1;
        return value.substring(0, end > 0 && Character.isHighSurrogate(value.charAt(end - 1)) ? end - 1 : end) + "…";
    }

    private static final class UnknownPlaceholderException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UnknownPlaceholderException(String place, Map<String, String> known) {
            super(place.equals("${" + RESULT + "}") ? place + " beside other text: it is a text of its own, \"" + place + "\""
                    : "an unknown placeholder " + place + ": use " + known.keySet().stream().map(name -> "${" + name + "}")
                            .collect(Collectors.joining(", ")) + ", with a length if you want (${image:100}), and ${" + RESULT
                            + "}");
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
        static final WebhookValues NONE = of(List.of("", "", "", "", "", ""), Map.of(), 0, JsonNodeFactory.instance.objectNode());

        /** The name of the file with the result, as a part of an address. */
        static final String FILE = "file";

        /** The classes of a result without any; no message may be empty. */
        private static final String NOTHING = "none";

        static WebhookValues of(Exchange exchange) {
            JsonNode json = DeliveryExchange.tree(exchange);
            Inference inference = DeliveryExchange.result(exchange) instanceof Inference known ? known : read(json);
            return of(List.of(DeliveryExchange.header(exchange, ContractNames.DELIVERY_ID), DeliveryExchange.imageName(exchange),
                    DeliveryExchange.source(exchange), Instant.now().truncatedTo(ChronoUnit.MILLIS).toString(),
                    DeliveryExchange.header(exchange, ContractNames.MODEL_ID), DeliveryExchange.resultFile(exchange)),
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

        /**
         * @param image  the id of the delivery; the image, its source, the time, the model, and the file of the result
         * @param counts the most confident class first
         */
        private static WebhookValues of(List<String> image, Map<String, Integer> counts, double confidence, JsonNode result) {
            Map<String, String> texts = new LinkedHashMap<>();
            texts.put("id", image.get(0));
            texts.put("image", image.get(1));
            texts.put("source", image.get(2));
            texts.put("time", image.get(3));
            texts.put("model", image.get(4));
            texts.put(FILE, inAddress(image.get(5)));
            texts.put("top", counts.keySet().stream().findFirst().orElse(NOTHING));
            texts.put("classes", counts.isEmpty() ? NOTHING : String.join(", ", counts.keySet()));
            texts.put("counts", counts.isEmpty() ? NOTHING : counts.entrySet().stream()
                    .map(entry -> entry.getValue() + " " + entry.getKey()).collect(Collectors.joining(", ")));
            texts.put("count", String.valueOf(counts.values().stream().mapToInt(Integer::intValue).sum()));
            texts.put("confidence", String.format(Locale.ROOT, "%.0f%%", 100 * confidence));
            return new WebhookValues(texts, result);
        }

        private static String inAddress(String path) {
            return URLEncoder.encode(path, StandardCharsets.UTF_8).replace("+", "%20").replace("%2F", "/");
        }
    }
}
