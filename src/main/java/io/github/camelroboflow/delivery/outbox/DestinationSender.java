package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.failure.DestinationException;
import java.util.Map;

/**
 * Sends messages to destinations that no endpoint of Camel is used for. The registry has the sender of {@code mail:a@example.com}
 * as {@code mailDestination}: the name is the scheme of the address with {@value #SUFFIX}.
 */
@FunctionalInterface
public interface DestinationSender {

    String SUFFIX = "Destination";

    /**
     * A message.
     *
     * @param address    the whole address
     * @param deliveryId the id by which the receiver recognizes a repeat
     * @param content    the payload; UTF-8 if it is text
     * @param text       whether the payload is text
     * @param headers    text, numbers and booleans by name
     */
    record Delivery(String address, String deliveryId, byte[] content, boolean text, Map<String, Object> headers) {

        /** Returns a header as text; empty if there is none. */
        public String header(String name) {
            return String.valueOf(headers.getOrDefault(name, ""));
        }
    }

    /**
     * Sends a message, and returns when its receiver has accepted it.
     *
     * @throws DestinationException if the receiver did not accept it, or perhaps did not
     */
    void send(Delivery delivery) throws DestinationException;
}
