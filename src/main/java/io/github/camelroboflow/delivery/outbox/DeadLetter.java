package io.github.camelroboflow.delivery.outbox;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.delivery.outbox.OutboxMessage.OutboxMessageFactory;
import io.github.camelroboflow.delivery.outbox.OutboxMessage.OutboxRow;
import io.github.camelroboflow.delivery.source.AcceptedDestinations;
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
 * Facts about a delivery that was given up, without its payload.
 *
 * @param reason      why it was given up, for a person
 * @param destination where it was to go, without what may be secret of the address
 * @param lane        the destination's id, by which the database knows the address
 * @param text        whether it is a text
 */
@JsonIgnoreProperties("base64")
@JsonPropertyOrder({"deliveryId", "image", "destination", "reason", "attempts", "created", "time"})
record DeadLetter(@JsonProperty("deliveryId") String deliveryId, @JsonProperty("image") String image,
               @JsonProperty("destination") String destination, @JsonProperty("reason") String reason,
               @JsonProperty("attempts") int attempts, @JsonProperty("created") String created,
               @JsonProperty("time") String time, @JsonProperty("lane") String lane, @JsonProperty("part") String part,
               @JsonProperty("text") boolean text, @JsonProperty("headers") Map<String, Object> headers) {

    /** Camel's, which steer where something is sent and how, but these, which say what it is. */
    private static final Set<String> HARMLESS = Set.of("CamelAwsS3ContentType", "CamelKafkaKey", "kafka.KEY");

    private static final int LONGEST_HEADER = 20_000;

    static DeadLetter of(OutboxRow row, String reason, Instant now) {
        OutboxMessage parcel = row.parcel();
        return new DeadLetter(parcel.deliveryId(), parcel.image(), AcceptedDestinations.redactedAddress(parcel.destination()),
                reason,
                row.attempts() + 1, Instant.ofEpochMilli(row.created()).toString(), now.toString(), row.lane(), parcel.part(),
                parcel.text(), parcel.headers());
    }

    /** @throws IOException if it is not such as {@link #of} makes, or could not be put into the table or sent */
    void check() throws IOException {
        if (Stream.of(lane, deliveryId, part, image, destination, headers).anyMatch(Objects::isNull)) {
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

    OutboxMessage parcel(String uri, Path payload) {
        Map<String, Object> sent = new LinkedHashMap<>();
        headers.forEach((name, value) -> {
            if (!name.regionMatches(true, 0, "Camel", 0, 5) || HARMLESS.contains(name)) {
                sent.put(name, value instanceof String string ? OutboxMessageFactory.header(name, string) : value);
            }
        });
        return new OutboxMessage(uri, deliveryId, part, Payload.of(payload), text, sent, Map.of(), OutboxMessageFactory
                .oneLine(image));
    }

    /**
     * The form of a file about a delivery that was given up: what is known of it, and after that the payload. It is read and
     * written piece by piece, since a payload may be large; and anybody may have made one that is read.
     */
    static final class DeadLetterFile {

        private static final String PAYLOAD = "payload";
        private static final String BASE64 = "base64";
        private static final String HEADERS = "headers";
        private static final Set<String> FACTS = Set
                .of("deliveryId", "image", "destination", "reason", "attempts", "created", "time",
                "lane", "part", "text", BASE64);

        /** Bytes; more of a text stands there in base64, since a text is held in memory to be read. */
        private static final int LONGEST_TEXT = 1_000_000;
        private static final long LARGEST = 4_000_000_000L;
        private static final int MOST_HEADERS = 100;

        private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder().streamReadConstraints(
                StreamReadConstraints.builder().maxStringLength(2 * LONGEST_TEXT).build()).build()).build();

        private DeadLetterFile() {
        }

        static void write(Path file, OutboxRow row, DeadLetter facts, Payload payload) throws IOException {
            boolean base64 = !row.parcel().text() || payload.size() > LONGEST_TEXT;
            try (JsonGenerator json = MAPPER.createGenerator(file.toFile(), JsonEncoding.UTF8).useDefaultPrettyPrinter();
                 InputStream content = payload.open()) {
                json.writeStartObject();
                for (Map.Entry<String, JsonNode> fact : MAPPER.<ObjectNode>valueToTree(facts).properties()) {
                    json.writeFieldName(fact.getKey());
                    json.writeTree(fact.getValue());
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
         * Reads such a file.
         *
         * @param payload the file that the payload is written into, if it is for a lane that is known
         * @throws IOException also if it is no such file, or holds what no table and no message can
         */
        static DeadLetter read(Path file, Path payload, Predicate<String> isKnown) throws IOException {
            if (Files.size(file) > LARGEST) {
                throw new IOException("it is larger than any that this program writes");
            }
            ObjectNode facts = MAPPER.createObjectNode();
            boolean told = false;
            try (InputStream in = Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
                 JsonParser json = MAPPER.createParser(in)) {
                if (json.nextToken() != JsonToken.START_OBJECT) {
                    throw incomplete();
                }
                for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                    JsonToken value = json.nextToken();
                    if (name.equals(PAYLOAD) && value == JsonToken.VALUE_STRING) {
                        told = facts.has(BASE64);
                        if (told && isKnown.test(facts.path("lane").asText())) {
                            copyPayload(json, facts.path(BASE64).asBoolean(), payload);
                        }
                    } else if (name.equals(HEADERS) && value == JsonToken.START_OBJECT) {
                        facts.set(HEADERS, MAPPER.valueToTree(headers(json)));
                    } else if (FACTS.contains(name) && value != null && value.isScalarValue()) {
                        facts.set(name, json.<JsonNode>readValueAsTree());
                    } else {
                        json.skipChildren();
                    }
                }
            }
            if (!told) {
                throw incomplete();
            }
            DeadLetter refused = MAPPER.treeToValue(facts, DeadLetter.class);
            refused.check();
            if (Files.notExists(payload) && isKnown.test(refused.lane())) {
                throw incomplete();
            }
            return refused;
        }

        static IOException incomplete() {
            return new IOException("it does not hold all that was in it when it was written: lane, deliveryId, part, image,"
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
