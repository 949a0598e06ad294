package io.github.camelroboflow.delivery.outbox;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.delivery.outbox.OutboxMessage.OutboxMessageFactory;
import io.github.camelroboflow.delivery.outbox.OutboxMessage.OutboxRow;
import io.github.camelroboflow.delivery.source.AcceptedDestinations;
import io.github.camelroboflow.inference.support.Json;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A dead letter: the data of a message that was given up, without its payload.
 *
 * @param reason        the reason for a person
 * @param destination   the destination's address without secrets
 * @param destinationId the destination's id in the database, {@code lane} in the file
 * @param text          whether the payload is text
 */
@JsonIgnoreProperties("base64")
@JsonPropertyOrder({"deliveryId", "image", "destination", "reason", "attempts", "created", "time"})
record DeadLetter(@JsonProperty("deliveryId") String deliveryId, @JsonProperty("image") String image,
                  @JsonProperty("destination") String destination, @JsonProperty("reason") String reason,
                  @JsonProperty("attempts") int attempts, @JsonProperty("created") String created,
                  @JsonProperty("time") String time, @JsonProperty("lane") String destinationId,
                  @JsonProperty("part") String part, @JsonProperty("text") boolean text,
                  @JsonProperty("headers") Map<String, Object> headers) {

    /**
     * The headers of Camel that are replayed: they describe the content. Camel's other headers control where and how a message is
     * sent.
     */
    private static final Set<String> HARMLESS = Set.of("CamelAwsS3ContentType", "CamelKafkaKey", "kafka.KEY");

    private static final int LONGEST_HEADER = 20_000;

    static DeadLetter of(OutboxRow row, String reason, Instant now) {
        OutboxMessage message = row.message();
        return new DeadLetter(message.deliveryId(), message.image(), AcceptedDestinations.redactedAddress(message.destination()),
                reason, row.attempts() + 1, Instant.ofEpochMilli(row.created()).toString(), now.toString(), row.destinationId(),
                message.part(), message.text(), message.headers());
    }

    /** @throws IOException if {@link #of} would not make such a dead letter, or it could not be stored or sent */
    void check() throws IOException {
        if (Stream.of(destinationId, deliveryId, part, image, destination, headers).anyMatch(Objects::isNull)) {
            throw DeadLetterFile.incomplete();
        }
        check("deliveryId", deliveryId, OutboxMessageFactory.LONGEST_ID);
        check("part", part, OutboxMessageFactory.LONGEST_ID);
        check("image", image, OutboxMessageFactory.LONGEST_NAME);
        for (Map.Entry<String, Object> header : headers.entrySet()) {
            check("name of a header", header.getKey(), OutboxMessageFactory.LONGEST_ID);
            if (String.valueOf(header.getValue()).length() > LONGEST_HEADER) {
                throw new IOException("its header " + header.getKey() + " is longer than " + LONGEST_HEADER + " characters");
            }
        }
    }

    private static void check(String name, String value, int longest) throws IOException {
        if (value.length() > longest) {
            throw new IOException("its " + name + " is longer than " + longest + " characters");
        }
        if (!name.equals("image") && !value.codePoints().allMatch(MessageText::isPrintable)) {
            throw new IOException("its " + name + " holds control characters");
        }
    }

    OutboxMessage toMessage(String uri, Path payload) {
        Map<String, Object> replayed = new LinkedHashMap<>();
        headers.forEach((name, value) -> {
            if (!name.regionMatches(true, 0, "Camel", 0, 5) || HARMLESS.contains(name)) {
                replayed.put(name, value instanceof String string ? OutboxMessageFactory.header(name, string) : value);
            }
        });
        return new OutboxMessage(uri, deliveryId, part, Payload.of(payload), text, replayed, Map.of(),
                OutboxMessageFactory.oneLine(image));
    }

    /**
     * The file format of a dead letter: its data, and then the payload. Files are read and written in parts, since a payload may be
     * large. A file that is read can come from anybody.
     */
    static final class DeadLetterFile {

        private static final String PAYLOAD = "payload";
        private static final String BASE64 = "base64";
        private static final String HEADERS = "headers";
        private static final Set<String> FIELDS = Set.of("deliveryId", "image", "destination", "reason", "attempts", "created",
                "time", "lane", "part", "text", BASE64);

        /** The largest text in bytes; a longer one is stored in base64, since a text is read into memory. */
        private static final int LONGEST_TEXT = 1_000_000;
        private static final long LARGEST = 4_000_000_000L;
        private static final int MOST_HEADERS = 100;

        private static final JsonMapper MAPPER = Json.limited(2 * LONGEST_TEXT);

        private DeadLetterFile() {
        }

        static void write(Path file, OutboxRow row, DeadLetter data, Payload payload) throws IOException {
            boolean base64 = !row.message().text() || payload.size() > LONGEST_TEXT;
            try (JsonGenerator json = MAPPER.createGenerator(file.toFile(), JsonEncoding.UTF8).useDefaultPrettyPrinter();
                 InputStream content = payload.open()) {
                json.writeStartObject();
                for (Map.Entry<String, JsonNode> field : MAPPER.<ObjectNode>valueToTree(data).properties()) {
                    json.writeFieldName(field.getKey());
                    json.writeTree(field.getValue());
                }
                json.writeBooleanField(BASE64, base64);
                json.writeFieldName(PAYLOAD);
                if (base64) {
                    json.writeBinary(content, -1);
                } else {
                    json.writeString(new InputStreamReader(content, StandardCharsets.UTF_8), -1);
                }
                json.writeEndObject();
            }
        }

        /**
         * Reads a file.
         *
         * @param payload the file for the payload, which is written if the destination is known
         * @throws IOException also if it is not such a file, or holds data that neither the table nor a message can hold
         */
        static DeadLetter read(Path file, Path payload, Predicate<String> isKnown) throws IOException {
            if (Files.size(file) > LARGEST) {
                throw new IOException("it is larger than any that this program writes");
            }
            ObjectNode data = MAPPER.createObjectNode();
            boolean complete = false;
            try (InputStream in = Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
                 JsonParser json = MAPPER.createParser(in)) {
                if (json.nextToken() != JsonToken.START_OBJECT) {
                    throw incomplete();
                }
                for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                    JsonToken value = json.nextToken();
                    if (name.equals(PAYLOAD) && value == JsonToken.VALUE_STRING) {
                        complete = data.has(BASE64);
                        if (complete && isKnown.test(data.path("lane").asText())) {
                            copyPayload(json, data.path(BASE64).asBoolean(), payload);
                        }
                    } else if (name.equals(HEADERS) && value == JsonToken.START_OBJECT) {
                        data.set(HEADERS, MAPPER.valueToTree(headers(json)));
                    } else if (FIELDS.contains(name) && value != null && value.isScalarValue()) {
                        data.set(name, json.<JsonNode>readValueAsTree());
                    } else {
                        json.skipChildren();
                    }
                }
            }
            if (!complete) {
                throw incomplete();
            }
            DeadLetter deadLetter = MAPPER.treeToValue(data, DeadLetter.class);
            deadLetter.check();
            if (Files.notExists(payload) && isKnown.test(deadLetter.destinationId())) {
                throw incomplete();
            }
            return deadLetter;
        }

        /** Reads the fields before the payload. */
        static DeadLetter readData(Path file) throws IOException {
            ObjectNode data = MAPPER.createObjectNode();
            try (InputStream in = Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
                 JsonParser json = MAPPER.createParser(in)) {
                json.nextToken();
                for (String name = json.nextFieldName(); name != null && !name.equals(PAYLOAD); name = json.nextFieldName()) {
                    JsonToken value = json.nextToken();
                    if (FIELDS.contains(name) && value != null && value.isScalarValue()) {
                        data.set(name, json.<JsonNode>readValueAsTree());
                    } else {
                        json.skipChildren();
                    }
                }
            }
            return MAPPER.treeToValue(data, DeadLetter.class);
        }

        static IOException incomplete() {
            return new IOException("it is incomplete: it needs lane, deliveryId, part, image,"
                    + " headers, base64 and, after these, payload");
        }

        private static Map<String, Object> headers(JsonParser json) throws IOException {
            Map<String, Object> headers = new LinkedHashMap<>();
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                Object value = switch (json.nextToken()) {
                    case VALUE_STRING -> json.getText();
                    case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getNumberValue();
                    case VALUE_TRUE, VALUE_FALSE -> json.getBooleanValue();
                    default -> throw new IOException("its header " + name + " is no text, number or truth value");
                };
                headers.put(name, value);
                if (headers.size() > MOST_HEADERS) {
                    throw new IOException("it has more than " + MOST_HEADERS + " headers");
                }
            }
            return headers;
        }

        private static void copyPayload(JsonParser json, boolean base64, Path file) throws IOException {
            if (base64) {
                try (OutputStream out = Files.newOutputStream(file)) {
                    json.readBinaryValue(out);
                }
            } else {
                Files.writeString(file, json.getText());
            }
        }
    }
}
