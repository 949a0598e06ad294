package io.github.camelroboflow.delivery.destination;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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
            body.with(WebhookFacts.NONE);
            return body;
        } catch (JacksonException e) {
            throw new IllegalArgumentException(file + " is no JSON (line " + e.getLocation().getLineNr() + ", column "
                    + e.getLocation().getColumnNr() + "): " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " can't be read (" + e.getClass().getSimpleName() + ")");
        } catch (UnknownPlaceException e) {
            throw new IllegalArgumentException(file + " has a place " + e.getMessage() + " that is none: there are "
                    + WebhookFacts.NONE.texts().keySet().stream().map(name -> "${" + name + "}").collect(Collectors.joining(", "))
                    + " and ${" + RESULT + "}");
        }
    }

    /** The text of the body with these facts in their places. */
    String with(WebhookFacts facts) {
        return filled(json, facts).toString();
    }

    private static JsonNode filled(JsonNode node, WebhookFacts facts) {
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
}
