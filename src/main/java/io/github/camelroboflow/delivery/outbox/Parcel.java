package io.github.camelroboflow.delivery.outbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Something for one destination.
 *
 * @param destination the URI of the endpoint that takes it
 * @param deliveryId  what the receiver knows a repeat by
 * @param part        tells apart what one image has for one destination; mostly empty
 * @param payload     of a text, in UTF-8
 * @param text        whether it is a text
 * @param headers     text, numbers and truth values by name
 * @param credentials headers that show who sends; kept with the destination, not with each row
 * @param image       the image's name, for people
 */
record Parcel(String destination, String deliveryId, String part, Payload payload, boolean text, Map<String, Object> headers,
              Map<String, Object> credentials, String image) {

    /** @param files whether bytes that are on disk are a file there */
    Object body(boolean files) throws IOException {
        return text ? new String(payload.bytes(), StandardCharsets.UTF_8) : files ? payload.body() : payload.bytes();
    }

    /** Tells it from all else for its destination. */
    String id() {
        return deliveryId + '/' + part;
    }

    Parcel with(Payload other) {
        return new Parcel(destination, deliveryId, part, other, text, headers, credentials, image);
    }
}
