package io.github.camelroboflow.delivery.outbox;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.camelroboflow.delivery.Deliveries;
import io.github.camelroboflow.delivery.Replay;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folder of what was given up: a file for each, with what was to be sent and why it was not accepted. A file that is put into
 * the folder's {@code again} is sent once more.
 */
final class RefusedDeliveries {

    private static final Pattern PLAIN = Pattern.compile("[a-z0-9-]+");

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Path folder;

    /**
     * What a file holds.
     *
     * @param reason      why it was given up, for a person
     * @param destination where it was to go, without what may be secret of the address
     * @param lane        the destination's id, by which the database knows the address
     * @param payload     the text; bytes in base64
     */
    @JsonPropertyOrder({"deliveryId", "image", "destination", "reason", "attempts", "created", "time"})
    record Refused(@JsonProperty("deliveryId") String deliveryId, @JsonProperty("image") String image,
                   @JsonProperty("destination") String destination, @JsonProperty("reason") String reason,
                   @JsonProperty("attempts") int attempts, @JsonProperty("created") String created,
                   @JsonProperty("time") String time, @JsonProperty("lane") String lane, @JsonProperty("part") String part,
                   @JsonProperty("headers") Map<String, Object> headers, @JsonProperty("base64") boolean base64,
                   @JsonProperty("payload") String payload) {

        static Refused of(OutboxRow row, String reason, Instant now) throws IOException {
            Parcel parcel = row.parcel();
            String payload = parcel.text() ? new String(parcel.payload().bytes(), StandardCharsets.UTF_8)
                    : Base64.getEncoder().encodeToString(parcel.payload().bytes());
            return new Refused(parcel.deliveryId(), parcel.image(), Deliveries.place(parcel.destination()), reason,
                    row.attempts() + 1, Instant.ofEpochMilli(row.created()).toString(), now.toString(), row.lane(), parcel.part(),
                    parcel.headers(), !parcel.text(), payload);
        }

        Parcel parcel(String uri) {
            byte[] bytes = base64 ? Base64.getDecoder().decode(payload) : payload.getBytes(StandardCharsets.UTF_8);
            return new Parcel(uri, deliveryId, part, Payload.of(bytes), !base64, headers, Map.of(), image);
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
        Path temporary = folder.resolve("." + UUID.randomUUID() + ".tmp");
        try {
            Files.write(temporary, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(Refused.of(row, reason, now)));
            return Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
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

    /** @throws IOException also if it is no such file */
    Refused read(Path file) throws IOException {
        Refused delivery = MAPPER.readValue(file.toFile(), Refused.class);
        if (delivery == null || Stream.of(delivery.lane, delivery.deliveryId, delivery.part, delivery.image, delivery.payload,
                delivery.headers).anyMatch(Objects::isNull)) {
            throw new IOException("it does not hold all that was in it when it was written: lane, deliveryId, part, image,"
                    + " headers and payload");
        }
        return delivery;
    }
}
