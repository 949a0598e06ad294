package io.github.camelroboflow.delivery.outbox;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.github.camelroboflow.delivery.Deliveries;
import io.github.camelroboflow.inference.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
record Refused(@JsonProperty("deliveryId") String deliveryId, @JsonProperty("image") String image,
               @JsonProperty("destination") String destination, @JsonProperty("reason") String reason,
               @JsonProperty("attempts") int attempts, @JsonProperty("created") String created,
               @JsonProperty("time") String time, @JsonProperty("lane") String lane, @JsonProperty("part") String part,
               @JsonProperty("text") boolean text, @JsonProperty("headers") Map<String, Object> headers) {

    /** Camel's, which steer where something is sent and how, but these, which say what it is. */
    private static final Set<String> HARMLESS = Set.of("CamelAwsS3ContentType", "CamelKafkaKey", "kafka.KEY");

    private static final int LONGEST_HEADER = 20_000;

    static Refused of(OutboxRow row, String reason, Instant now) {
        Parcel parcel = row.parcel();
        return new Refused(parcel.deliveryId(), parcel.image(), Deliveries.place(parcel.destination()), reason,
                row.attempts() + 1, Instant.ofEpochMilli(row.created()).toString(), now.toString(), row.lane(), parcel.part(),
                parcel.text(), parcel.headers());
    }

    /** @throws IOException if it is not such as {@link #of} makes, or could not be put into the table or sent */
    void check() throws IOException {
        if (Stream.of(lane, deliveryId, part, image, destination, headers).anyMatch(Objects::isNull)) {
            throw RefusedFile.incomplete();
        }
        check("deliveryId", deliveryId, Parcels.LONGEST_ID);
        check("part", part, Parcels.LONGEST_ID);
        check("image", image, Parcels.LONGEST_NAME);
        for (Map.Entry<String, Object> header : headers.entrySet()) {
            check("name of a header", header.getKey(), Parcels.LONGEST_ID);
            if (String.valueOf(header.getValue()).length() > LONGEST_HEADER) {
                throw new IOException("its header " + header.getKey() + " is longer than " + LONGEST_HEADER + " characters");
            }
        }
    }

    private static void check(String name, String value, int longest) throws IOException {
        if (value.length() > longest) {
            throw new IOException("its " + name + " is longer than " + longest + " characters");
        }
        if (!name.equals("image") && !value.codePoints().allMatch(Printable::isPrintable)) {
            throw new IOException("its " + name + " holds control characters");
        }
    }

    Parcel parcel(String uri, Path payload) {
        Map<String, Object> sent = new LinkedHashMap<>();
        headers.forEach((name, value) -> {
            if (!name.regionMatches(true, 0, "Camel", 0, 5) || HARMLESS.contains(name)) {
                sent.put(name, value instanceof String string ? Parcels.header(name, string) : value);
            }
        });
        return new Parcel(uri, deliveryId, part, Payload.of(payload), text, sent, Map.of(), Parcels.oneLine(image));
    }
}
