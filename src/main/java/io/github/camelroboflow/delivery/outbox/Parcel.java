package io.github.camelroboflow.delivery.outbox;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Something for one destination.
 *
 * @param destination the URI of the endpoint that takes it
 * @param deliveryId  what the receiver knows a repeat by
 * @param part        tells apart what one image has for one destination; mostly empty
 * @param payload     the bytes, of a text in UTF-8
 * @param text        whether it is a text
 * @param headers     text, numbers and truth values by name
 * @param credentials headers that show who sends; kept with the destination, not with each row
 * @param image       the image's name, for people
 */
record Parcel(String destination, String deliveryId, String part, byte[] payload, boolean text, Map<String, Object> headers,
              Map<String, Object> credentials, String image) {

    Object body() {
        return text ? new String(payload, StandardCharsets.UTF_8) : payload;
    }
}
