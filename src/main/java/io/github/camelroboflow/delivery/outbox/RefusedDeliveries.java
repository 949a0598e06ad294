package io.github.camelroboflow.delivery.outbox;

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
import io.github.camelroboflow.delivery.Deliveries;
import io.github.camelroboflow.delivery.Replay;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of what was given up: a file for each, with what was to be sent and why it was not accepted. A file that is put into
 * the folder's {@code again} is sent once more.
 */
final class RefusedDeliveries {

    private static final Logger LOG = LoggerFactory.getLogger(RefusedDeliveries.class);
    private static final Pattern PLAIN = Pattern.compile("[a-z0-9-]+");

    private static final String PAYLOAD = "payload";
    private static final String BASE64 = "base64";
    private static final String TEMPORARY = ".tmp";

    /** After so long, nobody is at a file any more that is not seen. */
    private static final Duration LEFT = Duration.ofDays(1);

    /** What was written may be read, however long. */
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder().streamReadConstraints(
            StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build()).build()).build();

    private final Path folder;

    /**
     * What a file holds, and after that the payload: the text; bytes in base64.
     *
     * @param reason      why it was given up, for a person
     * @param destination where it was to go, without what may be secret of the address
     * @param lane        the destination's id, by which the database knows the address
     */
    @JsonPropertyOrder({"deliveryId", "image", "destination", "reason", "attempts", "created", "time"})
    record Refused(@JsonProperty("deliveryId") String deliveryId, @JsonProperty("image") String image,
                   @JsonProperty("destination") String destination, @JsonProperty("reason") String reason,
                   @JsonProperty("attempts") int attempts, @JsonProperty("created") String created,
                   @JsonProperty("time") String time, @JsonProperty("lane") String lane, @JsonProperty("part") String part,
                   @JsonProperty("headers") Map<String, Object> headers, @JsonProperty("base64") boolean base64) {

        static Refused of(OutboxRow row, String reason, Instant now) {
            Parcel parcel = row.parcel();
            return new Refused(parcel.deliveryId(), parcel.image(), Deliveries.place(parcel.destination()), reason,
                    row.attempts() + 1, Instant.ofEpochMilli(row.created()).toString(), now.toString(), row.lane(), parcel.part(),
                    parcel.headers(), !parcel.text());
        }

        Parcel parcel(String uri, Path payload) {
            return new Parcel(uri, deliveryId, part, Payload.of(payload), !base64, headers, Map.of(), image);
        }
    }

    RefusedDeliveries(Path folder) {
        this.folder = folder;
    }

    /** Writes the file of a row that was given up, in the place of one about the same delivery. */
    Path file(OutboxRow row, String reason, Instant now) throws IOException {
        Files.createDirectories(folder);
        String id = name(row.parcel().deliveryId());
        String part = row.parcel().part().isEmpty() ? "" : "-" + row.parcel().part().substring(0, 8);
        Path target = folder.resolve(id + "-" + row.lane().substring(0, 8) + part + ".json");
        Path temporary = temporary();
        try (Unpacked unpacked = Unpacked.of(row.parcel(), folder)) {
            write(temporary, Refused.of(row, reason, now), unpacked.parcel().payload());
            return Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** A name for a file that is not seen. */
    Path temporary() {
        return folder.resolve("." + UUID.randomUUID() + TEMPORARY);
    }

    /** Deletes what programs left in the folder that were killed; others may be at work there. */
    void deleteLeft() {
        Instant before = Instant.now().minus(LEFT);
        try (Stream<Path> files = Files.isDirectory(folder) ? Files.list(folder) : Stream.empty()) {
            for (Path file : files.filter(RefusedDeliveries::isTemporary).toList()) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            LOG.debug("left to the next start", e);
        }
    }

    private static boolean isTemporary(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(".") && name.endsWith(TEMPORARY);
    }

    /** Piece by piece, since a payload may be large. */
    private static void write(Path file, Refused refused, Payload payload) throws IOException {
        try (JsonGenerator json = MAPPER.createGenerator(file.toFile(), JsonEncoding.UTF8).useDefaultPrettyPrinter();
             InputStream content = payload.open()) {
            json.writeStartObject();
            for (Map.Entry<String, JsonNode> fact : MAPPER.<ObjectNode>valueToTree(refused).properties()) {
                json.writeFieldName(fact.getKey());
                json.writeTree(fact.getValue());
            }
            json.writeFieldName(PAYLOAD);
            if (refused.base64) {
                json.writeBinary(content, -1);
            } else {
                json.writeString(new InputStreamReader(content, StandardCharsets.UTF_8), -1);
            }
            json.writeEndObject();
        }
    }

    /** An id of ours as it is; one that others made with a hash, so that two never become one, on no file system. */
    private static String name(String deliveryId) {
        return PLAIN.matcher(deliveryId).matches() ? deliveryId
                : deliveryId.replaceAll("[^A-Za-z0-9_-]", "_") + "~" + Ids.sha256(deliveryId).substring(0, 8);
    }

    /** The files that are to be sent once more. */
    List<Path> again() throws IOException {
        Path again = folder.resolve(Replay.AGAIN);
        if (!Files.isDirectory(again)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(again)) {
            return files.filter(file -> file.toString().endsWith(".json") && Files.isRegularFile(file)).sorted().toList();
        }
    }

    /**
     * Reads such a file.
     *
     * @param payload the file that the payload is written into, if it is for one of some lanes
     * @throws IOException also if it is no such file
     */
    Refused read(Path file, Path payload, Set<String> lanes) throws IOException {
        ObjectNode facts = MAPPER.createObjectNode();
        boolean told = false;
        try (JsonParser json = MAPPER.createParser(file.toFile())) {
            json.nextToken();
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                if (json.nextToken() == JsonToken.VALUE_STRING && name.equals(PAYLOAD)) {
                    told = facts.has(BASE64);
                    if (told && lanes.contains(facts.path("lane").asText())) {
                        copyPayload(json, facts.path(BASE64).asBoolean(), payload);
                    }
                } else {
                    facts.set(name, json.<JsonNode>readValueAsTree());
                }
            }
        }
        Refused delivery = MAPPER.treeToValue(facts, Refused.class);
        if (!told || Stream.of(delivery.lane, delivery.deliveryId, delivery.part, delivery.image, delivery.headers)
                .anyMatch(Objects::isNull) || Files.notExists(payload) && lanes.contains(delivery.lane)) {
            throw new IOException("it does not hold all that was in it when it was written: lane, deliveryId, part, image,"
                    + " headers, base64 and, after these, payload");
        }
        return delivery;
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
